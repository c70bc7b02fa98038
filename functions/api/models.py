"""The requests that the API reads itself, as pydantic models; members and types are those of botocore's model.

What endpoints and segments may hold is read by their own domains.
"""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal
from pydantic_core import PydanticCustomError

from audience.experience_platform.tenants import NAME
from audience.identifiers import DATASET_ID, HEX_ID
from http_api.call import Body
from http_api.errors import BadRequestError
from http_api.validation import PLAIN_NAME, refusals

# "Up to 50 tags, keys of 128 characters, values of 256"
# (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html)
TagKey = Annotated[str, Field(min_length=1, max_length=128)]
TagValue = Annotated[str, Field(max_length=256)]
Tags = Annotated[dict[TagKey, TagValue], Field(max_length=50)]
# An S3 key's length: no name or URL that is kept with a job needs more.
Text = Annotated[str, Field(min_length=1, max_length=1100)]
Id = Annotated[str, Field(pattern=HEX_ID)]


class Request(BaseModel):
    """A structure of the API: PascalCase members, no unknown ones, no value bent into another type."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=to_pascal, defer_build=True
    )


class CreateApplicationRequest(Request):
    """A new app. `Id` is ours: that of an app which is kept."""

    name: str = Field(min_length=1, max_length=64)
    tags: Tags | None = Field(default=None, alias="tags")
    id: Id | None = None


class TagsModel(Request):
    """Tags to add to an app or a segment."""

    tags: Tags = Field(alias="tags")


Column = Annotated[str, Field(max_length=1000)]
ColumnMap = Annotated[dict[Column, Column], Field(min_length=1, max_length=500)]


class ImportJobRequest(Request):
    """What to import, where from, and what to make of it.

    Members of ours: `DryRun` judges the rows and writes nothing, `DatasetId` is the dataset of the profiles' dialect
    that the rows belong to. `Columns` says what columns of other names are, `Constants` what a row without a value of
    its own has, `Delimiter` and `Header` what a CSV file does not show itself, `UnknownFields` whether rows
    with a value in an unknown column fail. `MissingSegment` says what a `SegmentId` of no segment does.
    """

    s3_url: Text
    format: Literal["CSV", "JSON"]
    role_arn: Text | None = None
    register_endpoints: bool | None = None
    define_segment: bool | None = None
    segment_id: Text | None = None
    segment_name: Text | None = None
    external_id: Text | None = None
    dry_run: bool | None = None
    dataset_id: str | None = Field(default=None, pattern=DATASET_ID)
    columns: ColumnMap | None = None
    constants: ColumnMap | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    header: Annotated[list[Column], Field(min_length=1, max_length=5000)] | None = None
    unknown_fields: Literal["IGNORE", "FAIL"] | None = None
    missing_segment: Literal["FAIL", "CREATE"] | None = None


class ExportJobRequest(Request):
    """What to export, and where to."""

    s3_url_prefix: Text
    role_arn: Text | None = None
    segment_id: Text | None = None
    segment_version: int | None = Field(default=None, ge=1)


# An attribute's name has 50 characters at most; a pattern may be longer.
Pattern = Annotated[str, Field(min_length=1, max_length=100)]


class UpdateAttributesRequest(Request):
    """The attributes to remove: whole names, or patterns with `*`, `?` and `[…]`."""

    blacklist: list[Pattern] = Field(min_length=1, max_length=250)


class NewSegmentRequest(Request):
    """What of a new segment is not its definition. `Id` is ours: that of a segment which is kept."""

    model_config = ConfigDict(extra="ignore")

    id: Id | None = None
    tags: Tags | None = Field(default=None, alias="tags")


class ImportedSegmentRequest(Request):
    """What of an imported segment can be changed."""

    name: Text | None = None
    tags: Tags | None = Field(default=None, alias="tags")


def _short(name: str) -> str:
    if len(name.encode()) > MAX_NAME_BYTES:
        raise PydanticCustomError("short", "a string of at most {most} bytes", {"most": MAX_NAME_BYTES})
    return name


# A key has 1,024 bytes, and the folder of an upload's own takes 74 of them.
MAX_NAME_BYTES = 900
FileName = Annotated[str, Field(min_length=1, max_length=255, pattern=PLAIN_NAME), AfterValidator(_short)]


class UploadRequest(Request):
    """A file that is about to be uploaded, and its size in bytes where the URL is to be good for no other."""

    file_name: FileName
    size: int | None = Field(default=None, ge=1)


def _visible(text: str) -> str:
    if not NAME.fullmatch(text):
        raise PydanticCustomError("visible", "1 to 255 visible ASCII characters, as a header can carry them")
    return text


HeaderText = Annotated[str, AfterValidator(_visible)]


class PlatformRequest(Request):
    """The organisation's sandbox that an app is bound to, and the clients that may call for it."""

    ims_org_id: HeaderText
    sandbox_name: HeaderText
    api_keys: list[HeaderText] = Field(min_length=1, max_length=100)


R = TypeVar("R", bound=Request)


def read(model: type[R], body: Body) -> R:
    """Read a request's body.

    Raises:
        BadRequestError: a member is missing, unknown, or not what the API takes there; each one is named.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise BadRequestError(refusals(error, model.__name__)) from None

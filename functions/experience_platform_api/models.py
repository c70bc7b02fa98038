"""The requests that the dialect reads, as pydantic models.

Members that it has no use for are passed over: requests that were made for Adobe hold many.
"""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from audience.batches.files import FileFormat
from audience.profiles.merging import AttributeMerge
from audience.profiles.model import IdentityGraph
from experience_platform_api.errors import InvalidRequestError
from http_api.call import Body
from http_api.validation import findings

PROFILE_SCHEMA = "_xdm.context.profile"
Name = Annotated[str, Field(min_length=1, max_length=255)]


class Request(BaseModel):
    """A structure of the dialect: camelCase members, no value bent into another type."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, strict=True, alias_generator=to_camel, defer_build=True
    )


class Schema(Request):
    """The class of what is meant: profiles are all there is."""

    name: Literal["_xdm.context.profile"]


class Graph(Request):
    """Which identities make one profile."""

    type: IdentityGraph


class Merge(Request):
    """Whose value wins."""

    type: AttributeMerge = "timestampOrdered"
    order: list[Name] | None = Field(default=None, max_length=100, validate_default=True)

    @field_validator("order")
    @classmethod
    def _given_for_precedence(cls, order: list[str] | None, info: ValidationInfo) -> list[str] | None:
        if info.data.get("type") == "dataSetPrecedence" and not order:
            raise PydanticCustomError("missing", "order is required for dataSetPrecedence")
        return order


class MergePolicyRequest(Request):
    """A new merge policy."""

    name: Name
    schema_: Schema = Field(alias="schema")
    identity_graph: Graph
    attribute_merge: Merge = Merge()
    default: bool = False


class FileDescription(Request):
    """How a dataset's files are written."""

    format: FileFormat = "parquet"


class DatasetRequest(Request):
    """A new dataset."""

    name: Name
    description: str | None = Field(default=None, max_length=1000)
    schema_ref: dict[str, Any] | None = None
    tags: dict[str, list[str]] = Field(default_factory=dict)
    file_description: FileDescription = FileDescription()


R = TypeVar("R", bound=Request)


def read(model: type[R], body: Body) -> R:
    """Read a request's body.

    Raises:
        InvalidRequestError: a member is missing, or not what the dialect takes there; each one is named.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise InvalidRequestError(*findings(error, model.__name__)) from None

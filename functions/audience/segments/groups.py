"""WriteSegmentRequest of the Pinpoint API.

It is a name, and criteria or groups of criteria and base segments.
"""

from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from audience.identifiers import HEX_ID
from audience.segments.dimensions import ApiModel, SegmentDimensions
from audience.segments.validation import SegmentInvalidError, first_error

Combination = Literal["ALL", "ANY", "NONE"]
MAX_VERSION = 2**31 - 1  # the service model's __integer has 32 bits


class SegmentReference(ApiModel):
    """A base segment; without a version its newest one."""

    id: str = Field(pattern=HEX_ID)
    version: int | None = Field(default=None, ge=1, le=MAX_VERSION)


class SegmentGroup(ApiModel):
    """Base segments combine by `source_type`, narrowed by dimensions combine by `type`."""

    dimensions: list[SegmentDimensions] | None = None
    source_segments: list[SegmentReference] | None = None
    source_type: Combination | None = None
    type: Combination | None = None


class SegmentGroupList(ApiModel):
    """Groups combine by `include`."""

    groups: list[SegmentGroup] | None = None
    include: Combination | None = None


class WriteSegment(ApiModel):
    """What a client writes to make a dimensional segment or a new version of it.

    A request that says nothing of criteria means everybody, as `Dimensions` without a member does: Pinpoint made a
    segment of a name alone.
    """

    name: str = Field(min_length=1)
    dimensions: SegmentDimensions | None = None
    segment_groups: SegmentGroupList | None = None
    tags: dict[str, str] | None = Field(default=None, alias="tags")

    @model_validator(mode="before")
    @classmethod
    def _everybody_if_nothing_is_said(cls, body: Any) -> Any:
        silent = isinstance(body, dict) and not body.keys() & {"Dimensions", "SegmentGroups"}
        return {**body, "Dimensions": {}} if silent else body

    @model_validator(mode="after")
    def _dimensions_or_groups(self) -> Self:
        if (self.dimensions is None) == (self.segment_groups is None):
            given = "neither" if self.dimensions is None else "both"
            raise SegmentInvalidError("Dimensions, SegmentGroups", given, "one of the two")
        return self

    def document(self) -> dict[str, Any]:
        """Return what the client sent, to be stored and echoed.

        There are no defaults in it, and no members that were null.
        """
        return self.model_dump(by_alias=True, exclude_none=True)


def parse_segment(body: dict[str, Any]) -> WriteSegment:
    """Read a WriteSegmentRequest, or the part of a stored segment that is one.

    Raises:
        SegmentInvalidError: a member is missing, unknown, or not what the API takes there.
    """
    try:
        return WriteSegment.model_validate(body)
    except ValidationError as error:
        raise first_error(error) from error

"""SegmentDimensions of the Pinpoint API (2016-12-01), as pydantic models.

Members and enums are those of botocore's service model (a test compares them); what that leaves optional is
optional here. Models keep what the client sent: an absent member stays absent, defaults are the evaluator's.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.alias_generators import to_pascal
from pydantic_core import PydanticCustomError

from audience.segments.dates import parse_moment

AttributeType = Literal["INCLUSIVE", "EXCLUSIVE", "CONTAINS", "BEFORE", "AFTER", "BETWEEN", "ON"]
DimensionType = Literal["INCLUSIVE", "EXCLUSIVE"]
ComparisonOperator = Literal[
    "EQUAL", "GREATER_THAN", "LESS_THAN", "GREATER_THAN_OR_EQUAL", "LESS_THAN_OR_EQUAL"
]
Duration = Literal["HR_24", "DAY_7", "DAY_14", "DAY_30"]
RecencyType = Literal["ACTIVE", "INACTIVE"]
# What boto3 reads back of a DynamoDB number, sign aside: one of more than 38 digits, zeros at the end included, is
# stored and can never be read again (https://github.com/boto/boto3/issues/2500).
_SMALLEST, _LARGEST = 1e-130, 9.9e37


def _within_the_tables_numbers(number: float) -> float:
    if number and not _SMALLEST <= abs(number) <= _LARGEST:
        raise _not_allowed(f"0 or a number of a size from {_SMALLEST} to {_LARGEST}")
    return number


Number = Annotated[float, AfterValidator(_within_the_tables_numbers)]


class ApiModel(BaseModel):
    """A structure of the API: PascalCase members, no unknown ones, no value bent into another type."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        alias_generator=to_pascal,
        defer_build=True,  # a segment's first validation builds what it needs of them
    )


class AttributeDimension(ApiModel):
    """A criterion on a custom attribute.

    Date operators want ISO 8601 dates, BETWEEN two, the earlier first.
    """

    attribute_type: AttributeType | None = None
    values: list[str] = Field(min_length=1)

    @field_validator("values")
    @classmethod
    def _dates_where_dates_are_compared(cls, values: list[str], info: ValidationInfo) -> list[str]:
        kind = info.data.get("attribute_type")
        match kind, [parse_moment(value) for value in values]:
            case (("BEFORE" | "AFTER" | "ON"), moments) if None in moments:
                raise _not_allowed(f"a list of ISO 8601 dates, as {kind} wants")
            case "BETWEEN", [datetime() as first, datetime() as last] if first <= last:
                return values
            case "BETWEEN", _:
                raise _not_allowed("two ISO 8601 dates, the earlier first, as BETWEEN wants")
            case _:
                return values


class MetricDimension(ApiModel):
    """A criterion on a custom metric."""

    comparison_operator: ComparisonOperator
    value: Number


class SetDimension(ApiModel):
    """A criterion on a member that is one of a set."""

    dimension_type: DimensionType | None = None
    values: list[str] = Field(min_length=1)


class SegmentDemographics(ApiModel):
    """Criteria on the device and the channel."""

    app_version: SetDimension | None = None
    channel: SetDimension | None = None
    device_type: SetDimension | None = None
    make: SetDimension | None = None
    model: SetDimension | None = None
    platform: SetDimension | None = None


class GPSCoordinates(ApiModel):
    """A point on the globe, in degrees."""

    latitude: Number = Field(ge=-90, le=90)
    longitude: Number = Field(ge=-180, le=180)


class GPSPointDimension(ApiModel):
    """A circle on the globe. The model leaves the range optional, but without one there is no circle."""

    coordinates: GPSCoordinates
    range_in_kilometers: Number = Field(gt=0)


class SegmentLocation(ApiModel):
    """Criteria on where the endpoint is."""

    country: SetDimension | None = None
    gps_point: GPSPointDimension | None = Field(default=None, alias="GPSPoint")


class RecencyDimension(ApiModel):
    """A criterion on how long ago the endpoint was active."""

    duration: Duration
    recency_type: RecencyType


class SegmentBehaviors(ApiModel):
    """Criteria on what the endpoint did."""

    recency: RecencyDimension | None = None


class SegmentDimensions(ApiModel):
    """Criteria that all hold of an endpoint; none at all hold of every endpoint."""

    attributes: dict[str, AttributeDimension] | None = None
    behavior: SegmentBehaviors | None = None
    demographic: SegmentDemographics | None = None
    location: SegmentLocation | None = None
    metrics: dict[str, MetricDimension] | None = None
    user_attributes: dict[str, AttributeDimension] | None = None


def _not_allowed(allowed: str) -> PydanticCustomError:
    return PydanticCustomError("not_allowed", "{allowed}", {"allowed": allowed})

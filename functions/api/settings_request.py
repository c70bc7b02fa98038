"""WriteApplicationSettingsRequest of the Pinpoint API, whose members' types are checked: nothing here sends by it."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from api.models import Request, read
from audience.segments.groups import MAX_VERSION as LARGEST
from http_api.call import Body

Number = Annotated[int, Field(ge=0, le=LARGEST)]
SettingText = Annotated[str, Field(max_length=1100)]
# Terraform's older provider sends "" for a mode that is not given.
Mode = Annotated[Literal["DELIVERY", "FILTER"] | None, BeforeValidator(lambda mode: mode or None)]


class CampaignHook(Request):
    """The function that chose whom a campaign was sent to."""

    lambda_function_name: SettingText | None = None
    mode: Mode = None
    web_url: SettingText | None = None


class CampaignLimits(Request):
    """How many messages campaigns sent."""

    daily: Number | None = None
    maximum_duration: Number | None = None
    messages_per_second: Number | None = None
    session: Number | None = None
    total: Number | None = None


class QuietTime(Request):
    """When campaigns sent nothing."""

    start: SettingText | None = None
    end: SettingText | None = None


class JourneyTimeframeCap(Request):
    """How many messages journeys sent in some days."""

    cap: Number | None = None
    days: Number | None = None


class ApplicationSettingsJourneyLimits(Request):
    """How many messages journeys sent."""

    daily_cap: Number | None = None
    timeframe_cap: JourneyTimeframeCap | None = None
    total_cap: Number | None = None


class WriteApplicationSettingsRequest(Request):
    """An app's settings; members that are left out stay as they are."""

    campaign_hook: CampaignHook | None = None
    cloud_watch_metrics_enabled: bool | None = None
    event_tagging_enabled: bool | None = None
    limits: CampaignLimits | None = None
    quiet_time: QuietTime | None = None
    journey_limits: ApplicationSettingsJourneyLimits | None = None


def settings_members(body: Body) -> dict[str, Any]:
    """Return the members that a request gives, without those that are null.

    Raises:
        BadRequestError: a member is unknown, or not of its type; each one is named.
    """
    request = read(WriteApplicationSettingsRequest, body)
    return request.model_dump(by_alias=True, exclude_none=True)

"""What an app says of sending: its settings, which are kept and given back, and its channels: there are none."""

from typing import Any

from api import examples
from api.existing import existing_app
from api.routes import paths
from api.settings_request import settings_members
from audience.identifiers import now_iso
from http_api import stores
from http_api.call import Body, Call
from http_api.operations import Shape, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)

# Clients read inside of these without looking whether they are there (Terraform's provider).
_ALWAYS_THERE = ("CampaignHook", "Limits", "QuietTime")
_SHOWN = (*_ALWAYS_THERE, "JourneyLimits", "LastModifiedDate")


@router.get(paths.SETTINGS)
@operation("GetApplicationSettings", response=Shape("ApplicationSettingsResource"))
def get_application_settings() -> Body:
    """Return the settings that the app was given. They are kept, and change nothing of what jobs do."""
    application_id = existing_app(router.call())
    return _response(application_id, stores.application_settings().find(application_id))


@router.put(paths.SETTINGS)
@operation(
    "UpdateApplicationSettings",
    request=Shape("WriteApplicationSettingsRequest"),
    response=Shape("ApplicationSettingsResource"),
    example=examples.SETTINGS,
)
def update_application_settings() -> Body:
    """Keep settings; members that are left out stay as they are."""
    call = router.call()
    application_id = existing_app(call)
    members = settings_members(call.body())
    return _response(application_id, stores.application_settings().change(application_id, members, now_iso()))


@router.get(paths.CHANNELS)
@operation("GetChannels", response=Shape("ChannelsResponse"))
def get_channels() -> Body:
    """Return the app's channels: none, as Pinpoint answered where none was configured."""
    existing_app(router.call())
    return {"Channels": {}}


def _response(application_id: str, settings: dict[str, Any]) -> Body:
    shown = {name: settings[name] for name in _SHOWN if name in settings}
    return {"ApplicationId": application_id, **{name: {} for name in _ALWAYS_THERE}, **shown}

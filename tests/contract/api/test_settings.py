"""Settings of an app: kept and given back."""

import pytest

from api.routes import paths

HOOK = {"LambdaFunctionName": "choose", "Mode": "FILTER"}
LIMITS = {"Daily": 2, "MaximumDuration": 60, "MessagesPerSecond": 50, "Total": 100, "Session": 1}
JOURNEYS = {"DailyCap": 1, "TimeframeCap": {"Cap": 5, "Days": 30}, "TotalCap": 9}


def read(ask, app_id):
    return ask("GET", paths.SETTINGS, application_id=app_id).body


def write(ask, app_id, **members):
    return ask("PUT", paths.SETTINGS, members, application_id=app_id)


def test_an_app_without_settings_has_the_members_that_clients_read_inside_of(ask, app_id):
    """Terraform's provider does not look whether they are there."""
    assert read(ask, app_id) == {"ApplicationId": app_id, "CampaignHook": {}, "Limits": {}, "QuietTime": {}}


def test_settings_are_given_back_as_they_were_given(ask, app_id):
    quiet = {"Start": "22:00", "End": "06:00"}
    members = {"CampaignHook": HOOK, "Limits": LIMITS, "QuietTime": quiet, "JourneyLimits": JOURNEYS}
    answer = write(ask, app_id, **members, CloudWatchMetricsEnabled=True, EventTaggingEnabled=False)
    assert answer.status == 200
    assert answer.body == read(ask, app_id)
    assert answer.body.pop("LastModifiedDate").endswith("Z")
    assert answer.body == {"ApplicationId": app_id, **members}


def test_members_that_are_left_out_stay(ask, app_id):
    write(ask, app_id, Limits=LIMITS)
    answer = write(ask, app_id, CampaignHook={"LambdaFunctionName": "f", "Mode": ""}, QuietTime=None)
    assert (answer.body["Limits"], answer.body["CampaignHook"]) == (LIMITS, {"LambdaFunctionName": "f"})
    assert write(ask, app_id).status == 200
    assert read(ask, app_id)["Limits"] == LIMITS


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"Hook": {}}, "Hook: {} is given, but WriteApplicationSettingsRequest has no such member"),
        ({"Limits": {"Daily": -1}}, "Limits.Daily: -1 is not a whole number of at least 0"),
        ({"Limits": {"Daily": 10**30}}, "Limits.Daily: 1"),
        (
            {"Limits": {"Daily": 2**31}},
            "Limits.Daily: 2147483648 is not a whole number of at most 2147483647",
        ),
        ({"CampaignHook": {"Mode": "SEND"}}, "CampaignHook.Mode: 'SEND' is not one of DELIVERY, FILTER"),
        ({"QuietTime": "22:00"}, "QuietTime: '22:00' is not an object"),
    ],
)
def test_what_settings_cannot_be_is_refused_in_words_that_name_the_member(ask, app_id, members, message):
    refused = write(ask, app_id, **members)
    assert (refused.status, message in refused.error) == (400, True)


def test_there_are_no_channels(ask, app_id):
    assert ask("GET", paths.CHANNELS, application_id=app_id).body == {"Channels": {}}


@pytest.mark.parametrize(
    ("method", "resource"), [("GET", paths.SETTINGS), ("PUT", paths.SETTINGS), ("GET", paths.CHANNELS)]
)
def test_an_app_that_is_not_there_has_neither(ask, method, resource):
    assert ask(method, resource, {}, application_id="0" * 32).status == 404

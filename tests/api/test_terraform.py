"""Terraform's aws_pinpoint_app: the calls of its provider, in its order (internal/service/pinpoint/app.go)."""

import pytest

ID = "5e7a0f0c1d2b3a49586776859403a2b1"


def read(pinpoint, app):
    """What a refresh asks for; the provider reads inside of these members without looking whether they are there."""
    found = pinpoint.get_app(ApplicationId=app["Id"])["ApplicationResponse"]
    settings = pinpoint.get_application_settings(ApplicationId=app["Id"])["ApplicationSettingsResource"]
    inside = settings["CampaignHook"], settings["Limits"], settings["QuietTime"]
    tags = pinpoint.list_tags_for_resource(ResourceArn=found["Arn"])["TagsModel"]["tags"]
    return found["Name"], inside, tags


def test_an_app_is_made_read_changed_and_destroyed(pinpoint):
    tags = {"team": "crm", "segment-jobs:id": ID}
    made = pinpoint.create_app(CreateApplicationRequest={"Name": "terraformed", "tags": tags})
    app = made["ApplicationResponse"]
    assert app["Id"] == ID
    # A create changes the name, and is told as a change of settings without any.
    pinpoint.update_application_settings(ApplicationId=ID, WriteApplicationSettingsRequest={})
    assert read(pinpoint, app) == ("terraformed", ({}, {}, {}), tags)

    limits = {"Daily": 3, "MaximumDuration": 600, "MessagesPerSecond": 50, "Total": 100}
    changed = {"CampaignHook": {"LambdaFunctionName": "", "WebUrl": ""}, "Limits": limits}
    pinpoint.untag_resource(ResourceArn=app["Arn"], TagKeys=["team"])
    pinpoint.tag_resource(ResourceArn=app["Arn"], TagsModel={"tags": {"owner": "growth"}})
    pinpoint.update_application_settings(ApplicationId=ID, WriteApplicationSettingsRequest=changed)
    after = {"segment-jobs:id": ID, "owner": "growth"}
    assert read(pinpoint, app) == ("terraformed", (changed["CampaignHook"], limits, {}), after)

    pinpoint.delete_app(ApplicationId=ID)
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        pinpoint.get_app(ApplicationId=ID)
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        pinpoint.delete_app(ApplicationId=ID)


def test_the_calls_without_a_client_library(http):
    """As another language's client sends them: the ARN encoded in the path, keys once each, empty answers."""
    app = http("POST", "/v1/apps", {"Name": "raw"}).json
    tags = f"/v1/tags/{app['Arn'].replace(':', '%3A').replace('/', '%2F')}"
    tagged = http("POST", tags, {"tags": {"a": "1", "b": "2", "c": "3"}})
    assert (tagged.status, tagged.body) == (204, b"")
    assert http("DELETE", f"{tags}?tagKeys=a&tagKeys=b").status == 204
    assert http("GET", tags).json == {"tags": {"c": "3"}}
    assert http("GET", tags.replace("%3A", ":")).json == {"tags": {"c": "3"}}
    assert http("PUT", f"/v1/apps/{app['Id']}/settings", {"QuietTime": {"Start": ""}}).status == 200
    assert http("GET", f"/v1/apps/{app['Id']}/settings").json["QuietTime"] == {"Start": ""}

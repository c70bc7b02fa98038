"""Tags of apps and segments, which Terraform compares and AWS' own solutions find segments by."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.routes import paths
from api.tagging import Tagged, change_tags

ACCOUNT = "arn:aws:mobiletargeting:us-east-1:123456789012"
APP, SEGMENT = "0" * 32, "1" * 32


@pytest.fixture(params=["app", "segment"])
def arn(request, ask):
    """The ARN of an app with the tag team, or of such a segment."""
    tags = {"team": "crm"}
    app = ask("POST", paths.APPS, {"Name": "app", "Id": APP, "tags": tags}).body
    if request.param == "app":
        return app["Arn"]
    body = {"Name": "all", "Dimensions": {}, "Id": SEGMENT, "tags": tags}
    return ask("POST", paths.SEGMENTS, body, application_id=APP).body["Arn"]


@pytest.fixture
def tags_of(ask):
    """The tags as ListTagsForResource gives them, which are those of the app or the segment itself."""

    def tags_of(arn):
        listed = ask("GET", paths.TAGS, resource_arn=arn).body["tags"]
        found = ask("GET", paths.APP, application_id=APP)
        if "/segments/" in arn:
            found = ask("GET", paths.SEGMENT, application_id=APP, segment_id=SEGMENT)
        assert found.body["tags"] == listed
        return listed

    return tags_of


def tag(ask, arn, tags):
    return ask("POST", paths.TAGS, {"tags": tags}, resource_arn=arn)


def untag(ask, arn, *keys):
    return ask("DELETE", paths.TAGS, query={"tagKeys": keys[-1]}, multi={"tagKeys": keys}, resource_arn=arn)


def test_tags_are_added_changed_and_removed(ask, arn, tags_of):
    assert tags_of(arn) == {"team": "crm"}
    assert tag(ask, arn, {"team": "growth", "stage": ""}) == (204, "", None)
    assert tags_of(arn) == {"team": "growth", "stage": ""}
    assert untag(ask, arn, "team", "none") == (204, "", None)
    assert tags_of(arn) == {"stage": ""}
    untag(ask, arn, "stage")
    assert tags_of(arn) == {}


def test_an_arn_that_clients_have_encoded_is_read(ask, arn):
    encoded = arn.replace(":", "%3A").replace("/", "%2F")
    assert ask("GET", paths.TAGS, resource_arn=encoded).body == {"tags": {"team": "crm"}}


def test_no_tag_of_requests_at_the_same_time_is_lost(arn, tags_of):
    resource = Tagged(APP, SEGMENT if "/segments/" in arn else None)
    with ThreadPoolExecutor(6) as pool:
        list(
            pool.map(
                lambda number: change_tags(resource, lambda tags: {**tags, f"n{number}": "x"}), range(12)
            )
        )
    assert tags_of(arn) == {"team": "crm", **{f"n{number}": "x" for number in range(12)}}


def test_there_are_50_tags_at_most(ask, arn, tags_of):
    assert tag(ask, arn, {f"n{number}": "" for number in range(49)}).status == 204
    assert tag(ask, arn, {"team": "growth"}).status == 204
    refused = tag(ask, arn, {"one": "", "more": ""})
    assert (
        refused.error == "BadRequestException tags: there would be 52 tags, and 50 is the most there can be"
    )
    assert len(tags_of(arn)) == 50


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "tags: is required"),
        ({"tags": {"a": 1}}, "tags.a: 1 is not a string"),
        ({"tags": {"x" * 129: ""}}, "is not a string of at most 128 characters"),
        ({"tags": {"a": "x" * 257}}, "is not a string of at most 256 characters"),
        ({"tags": {"segment-jobs:id": "2" * 32}}, "the id that this resource was made with"),
        ({"tags": {"segment-jobs:other": ""}}, "tags only segment-jobs:id"),
    ],
)
def test_tags_that_cannot_be_are_refused(ask, arn, tags_of, body, message):
    refused = ask("POST", paths.TAGS, body, resource_arn=arn)
    assert (refused.status, message in refused.error) == (400, True)
    assert tags_of(arn) == {"team": "crm"}


def test_the_reserved_tags_can_be_set_on_what_is_there_already(ask, arn, tags_of):
    own = SEGMENT if "/segments/" in arn else APP
    assert tag(ask, arn, {"segment-jobs:id": own}).status == 204
    assert tags_of(arn)["segment-jobs:id"] == own
    missing = tag(ask, arn, {"segment-jobs:missing-segment": "CREATE"})
    assert missing.status == (400 if own == SEGMENT else 204)


def test_keys_to_remove_are_required(ask, arn):
    refused = ask("DELETE", paths.TAGS, resource_arn=arn)
    assert refused.error == "BadRequestException tagKeys: is required, once for each key to remove"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (f"{ACCOUNT}:apps/{'9' * 32}", f"resource-arn: there is no app '{'9' * 32}'"),
        (f"{ACCOUNT}:apps/{APP}/segments/{'9' * 32}", f"resource-arn: there is no segment '{'9' * 32}'"),
        (f"{ACCOUNT}:apps/{APP}/campaigns/{SEGMENT}", "is not the ARN of an app or a segment here"),
        (f"{ACCOUNT}:templates/hello/EMAIL", "is not the ARN of an app or a segment here"),
        (f"arn:aws:mobiletargeting:us-east-1:999999999999:apps/{APP}", f"such as '{ACCOUNT}:apps/<id>'"),
        (f"arn:aws:mobiletargeting:eu-north-1:123456789012:apps/{APP}", f"such as '{ACCOUNT}:apps/<id>'"),
        ("nonsense", "resource-arn: 'nonsense' is not the ARN"),
    ],
)
def test_what_is_no_arn_of_an_app_or_a_segment_is_not_found(ask, wrong, message):
    ask("POST", paths.APPS, {"Name": "app", "Id": APP})
    for answer in (
        ask("GET", paths.TAGS, resource_arn=wrong),
        tag(ask, wrong, {"a": "b"}),
        untag(ask, wrong, "a"),
    ):
        assert (answer.status, answer.error.split(" ")[0]) == (404, "NotFoundException")
        assert message in answer.error


def test_a_segments_content_stays_as_it_is_when_it_is_tagged(ask):
    ask("POST", paths.APPS, {"Name": "app", "Id": APP})
    body = {
        "Name": "all",
        "Dimensions": {"Metrics": {"n": {"ComparisonOperator": "EQUAL", "Value": 1.5}}},
        "Id": SEGMENT,
    }
    made = ask("POST", paths.SEGMENTS, body, application_id=APP).body
    tag(ask, made["Arn"], {"a": "b"})
    found = ask("GET", paths.SEGMENT, application_id=APP, segment_id=SEGMENT).body
    changed = {"Version": 2, "tags": {"a": "b"}, "LastModifiedDate": found["LastModifiedDate"]}
    assert found == {**made, **changed}

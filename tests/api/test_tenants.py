"""The binding of an app to an organisation's sandbox."""

import uuid

import pytest


@pytest.fixture
def binding():
    """An organisation that no other test knows."""
    return {"ImsOrgId": f"{uuid.uuid4().hex}@AdobeOrg", "SandboxName": "prod", "ApiKeys": ["crm", "web"]}


@pytest.fixture
def other_app_id(pinpoint):
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "other"})
    return app["ApplicationResponse"]["Id"]


def path(app_id):
    return f"/v1/apps/{app_id}/platform"


def test_a_binding_is_answered_as_it_was_made(http, app_id, binding):
    answer = http("PUT", path(app_id), binding)
    assert (answer.status, answer.json) == (200, {"ApplicationId": app_id, **binding})
    found = http("GET", path(app_id))
    assert (found.status, found.json) == (200, answer.json)


def test_an_app_that_is_not_bound_says_so(http, app_id):
    for method in ("GET", "DELETE"):
        answer = http(method, path(app_id))
        assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (404, "NotFoundException")


def test_a_binding_that_is_deleted_is_given_back_and_gone(http, app_id, binding):
    http("PUT", path(app_id), binding)
    answer = http("DELETE", path(app_id))
    assert (answer.status, answer.json) == (200, {"ApplicationId": app_id, **binding})
    assert http("GET", path(app_id)).status == 404


def test_the_same_binding_again_replaces_the_keys(http, app_id, binding):
    http("PUT", path(app_id), binding)
    assert http("PUT", path(app_id), {**binding, "ApiKeys": ["new"]}).status == 200
    assert http("GET", path(app_id)).json["ApiKeys"] == ["new"]


def test_a_sandbox_of_another_app_is_a_conflict(http, app_id, other_app_id, binding):
    http("PUT", path(app_id), binding)
    answer = http("PUT", path(other_app_id), binding)
    assert answer.status == 409
    assert answer.error.startswith("ConflictException SandboxName: 'prod' of ")


def test_another_sandbox_is_a_conflict_that_says_what_to_do(http, app_id, binding):
    http("PUT", path(app_id), binding)
    answer = http("PUT", path(app_id), {**binding, "SandboxName": "stage"})
    assert answer.status == 409
    assert answer.error.endswith("delete that binding first")


def test_an_app_that_is_deleted_frees_its_sandbox(http, app_id, other_app_id, binding):
    http("PUT", path(app_id), binding)
    http("DELETE", f"/v1/apps/{app_id}")
    assert http("PUT", path(other_app_id), binding).status == 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ImsOrgId": ""}, "ImsOrgId: '' is not 1 to 255 visible ASCII characters"),
        ({"SandboxName": "my sandbox"}, "SandboxName: 'my sandbox' is not 1 to 255 visible"),
        ({"ApiKeys": []}, "ApiKeys: [] is not a list of at least 1"),
        ({"ApiKeys": ["x"] * 101}, "ApiKeys: "),
        ({"ApiKeys": "crm"}, "ApiKeys: 'crm' is not a list"),
        ({"ApiKeys": ["ü"]}, "ApiKeys.0: 'ü' is not 1 to 255 visible"),
        ({"Sandbox": "prod"}, "Sandbox: 'prod' is given, but PlatformRequest has no such member"),
    ],
)
def test_a_member_that_cannot_be_used_is_named(http, app_id, binding, change, message):
    answer = http("PUT", path(app_id), {**binding, **change})
    assert answer.status == 400
    assert answer.error.startswith(f"BadRequestException {message}")

"""`Idempotency-Key`: a request that is sent again makes no second job."""

from threading import current_thread

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from api.idempotency import IdempotencyRecords
from audience.jobs.executions import Executions
from audience.jobs.lifecycle import Lifecycle
from audience.jobs.store import JobStore
from local.lambdas import Context


@pytest.fixture
def bodies(put, role_arn):
    """A request for each kind of job."""
    url = put("people.csv")
    return {
        "import": {"S3Url": url, "RoleArn": role_arn, "Format": "CSV", "DefineSegment": True},
        "export": {"S3UrlPrefix": url.replace("people.csv", "out"), "RoleArn": role_arn},
    }


@pytest.fixture
def create(http, app_id, bodies):
    """Asks for a job of a kind with a key."""

    def create(kind, key, *, app=app_id, **members):
        body = {**bodies[kind], **members}
        return http("POST", f"/v1/apps/{app}/jobs/{kind}", body, {"Idempotency-Key": key})

    return create


def jobs_of(http, app_id, kind):
    return [job["Id"] for job in http("GET", f"/v1/apps/{app_id}/jobs/{kind}").json["Item"]]


@pytest.mark.parametrize(("kind", "status"), [("import", 201), ("export", 202)])
def test_a_request_that_is_sent_again_is_answered_as_before_and_makes_one_job(
    create, http, app_id, kind, status
):
    answers = [create(kind, "key-1") for _ in range(3)]
    assert {answer.status for answer in answers} == {status}
    assert answers[0].json == answers[1].json == answers[2].json
    assert jobs_of(http, app_id, kind) == [answers[0].json["Id"]]


def test_a_body_written_another_way_counts_as_the_same_request(http, app_id, bodies):
    path, headers = f"/v1/apps/{app_id}/jobs/import", {"idempotency-key": "k"}
    turned = dict(reversed(bodies["import"].items()))
    first, second = (http("POST", path, body, headers).json["Id"] for body in (bodies["import"], turned))
    assert first == second


def test_requests_without_a_key_or_with_keys_of_their_own_make_jobs_of_their_own(
    create, http, app_id, bodies
):
    for key in ("a", "b"):
        create("import", key)
    for _ in range(2):
        http("POST", f"/v1/apps/{app_id}/jobs/import", bodies["import"])
    assert len(set(jobs_of(http, app_id, "import"))) == 4


def test_a_key_belongs_to_one_app_and_one_kind_of_job(create, http, app_id, pinpoint):
    other = pinpoint.create_app(CreateApplicationRequest={"Name": "o"})["ApplicationResponse"]["Id"]
    made = [create("import", "k"), create("export", "k"), create("import", "k", app=other)]
    assert [answer.status for answer in made] == [201, 202, 201]
    assert len({answer.json["Id"] for answer in made}) == 3
    assert len(jobs_of(http, app_id, "import")) == 1


def test_a_key_that_was_used_with_another_body_is_refused(create, http, app_id):
    create("import", "k")
    answer = create("import", "k", SegmentName="another")
    assert answer.status == 400
    assert answer.error == (
        "BadRequestException Idempotency-Key: 'k' was used for a request with another body"
    )
    assert len(jobs_of(http, app_id, "import")) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "é", "\x7f"])
def test_a_key_that_is_none_is_refused(create, key):
    answer = create("import", key)
    assert answer.status == 400
    assert "Idempotency-Key: " in answer.error
    assert "is not 1 to 255 visible ASCII characters" in answer.error


def test_a_key_may_have_255_characters_of_any_visible_kind(create):
    key = ("".join(map(chr, range(0x21, 0x7F))) * 3)[:255]
    first, second = (create("import", key) for _ in range(2))
    assert first.status == 201
    assert first.json == second.json


@pytest.mark.parametrize("wrong", [{"Format": "XML"}, {"S3Url": "s3://no-such-bucket/a.csv"}])
def test_a_request_that_was_refused_may_be_mended_under_the_same_key(create, http, app_id, wrong):
    assert create("import", "k", **wrong).status == 400
    assert create("import", "k").status == 201
    assert len(jobs_of(http, app_id, "import")) == 1


def test_a_request_whose_job_could_not_be_started_may_be_sent_again(create, http, app_id, monkeypatch):
    def start(*_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")

    with monkeypatch.context() as patched:
        patched.setattr(Executions, "start", start)
        assert create("import", "k").status == 429
    made = create("import", "k")
    assert made.status == 201
    assert len(jobs_of(http, app_id, "import")) == 2


@pytest.fixture
def dying(monkeypatch, stack):
    """Lets the API's function die once, when it comes to a step; keys in progress are free again at once."""
    api, whole = stack.function_name("api"), Context.get_remaining_time_in_millis

    class GoneError(BaseException):
        """The environment is gone."""

    def remaining(context):
        return 0 if current_thread().name == api else whole(context)

    def die(owner, step):
        act, died = getattr(owner, step), []

        def once(*arguments, **members):
            if not died and current_thread().name == api:
                died.append(True)
                raise GoneError
            return act(*arguments, **members)

        monkeypatch.setattr(owner, step, once)
        monkeypatch.setattr(Context, "get_remaining_time_in_millis", remaining)
        return died

    return die


@pytest.mark.parametrize("kind", ["import", "export"])
@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (JobStore, "create"),
        (Lifecycle, "announce"),
        (Executions, "start"),
        (IdempotencyRecords, "keep_answer"),
    ],
)
def test_a_request_that_died_in_the_middle_makes_its_one_job_when_it_is_sent_again(
    create, http, app_id, dying, kind, owner, step
):
    died = dying(owner, step)
    assert create(kind, "k").status == 500
    assert died
    made = create(kind, "k")
    assert made.status in {201, 202}
    assert jobs_of(http, app_id, kind) == [made.json["Id"]]
    assert create(kind, "k").json == made.json


def test_a_key_of_a_request_that_died_is_refused_with_another_body(create, http, app_id, dying):
    dying(Executions, "start")
    create("import", "k")
    assert create("import", "k", SegmentName="another").status == 400
    assert len(jobs_of(http, app_id, "import")) == 1


def test_a_request_that_was_answered_with_an_error_after_its_job_was_made_gives_that_job(
    create, http, app_id, monkeypatch
):
    made = JobStore.create

    def make_and_lose_the_answer(*arguments):
        made(*arguments)
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    with monkeypatch.context() as patched:
        patched.setattr(JobStore, "create", make_and_lose_the_answer)
        assert create("import", "k").status == 500
    answer = create("import", "k")
    assert answer.status == 201
    assert jobs_of(http, app_id, "import") == [answer.json["Id"]]


def test_a_job_whose_making_cannot_be_announced_is_made_all_the_same(create, monkeypatch):
    def busy(*_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateItem")

    monkeypatch.setattr(JobStore, "mark_announced", busy)
    assert create("import", "k").status == 201


def test_a_key_that_the_table_refuses_is_told_like_any_busy_table(create, monkeypatch):
    def busy(*_, **__):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")

    monkeypatch.setattr(IdempotencyRecords, "reserve", busy)
    assert create("import", "k").status == 429


def test_an_idempotency_record_expires_after_a_day_and_is_removed_with_the_app(
    create, pinpoint, items_of, app_id
):
    create("import", "k")
    records = items_of("CONTROL_TABLE")
    [kept] = [item for item in records if item["sk"]["S"].startswith("IDEMPOTENCY#") and app_id in str(item)]
    assert kept["pk"]["S"] == f"APP#{app_id}"
    left = int(kept["expires_at"]["N"]) - int(kept["in_progress_expiration"]["N"]) // 1000
    assert 24 * 3600 - 29 <= left <= 24 * 3600
    pinpoint.delete_app(ApplicationId=app_id)
    assert "IDEMPOTENCY" not in str([item for item in items_of("CONTROL_TABLE") if app_id in str(item)])

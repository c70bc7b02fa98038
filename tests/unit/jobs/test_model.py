"""A job's key owns the formats of its keys; of the job the owner sees what the contract names."""

from audience.jobs.model import Job, JobKey, StatusChange, job_response

KEY = JobKey("a" * 32, "EXPORT", "b" * 32)


def test_a_job_is_kept_with_its_app_under_its_kind_and_id() -> None:
    assert KEY.item_key == {"pk": f"APP#{'a' * 32}", "sk": f"EXPORT#{'b' * 32}"}


def test_a_job_has_places_of_its_own_in_the_bucket() -> None:
    assert KEY.work_prefix == f"work/{'a' * 32}/{'b' * 32}/"
    assert KEY.failures_key == f"jobs/{'a' * 32}/{'b' * 32}/failures.jsonl"
    assert KEY.failures_csv_key == f"jobs/{'a' * 32}/{'b' * 32}/failures.csv"


def test_members_of_our_own_are_not_shown() -> None:
    job = Job(KEY, "2026-01-01T00:00:00.000Z", {"S3UrlPrefix": "s3://b"}, segment_id="s", external_id="x")
    assert job_response(job) == {
        "Id": "b" * 32,
        "ApplicationId": "a" * 32,
        "Type": "EXPORT",
        "StatusChanges": [],
        "JobStatus": "CREATED",
        "CreationDate": "2026-01-01T00:00:00.000Z",
        "Definition": {"S3UrlPrefix": "s3://b"},
    }


def test_every_member_of_the_contract_that_a_job_has_is_shown() -> None:
    ended = Job(
        KEY,
        "2026-01-01T00:00:00.000Z",
        {},
        status="FAILED",
        completed="2026-01-02T00:00:00.000Z",
        total_pieces=3,
        completed_pieces=0,
        failed_pieces=2,
        not_attempted_pieces=1,
        total_processed=7,
        total_failures=0,
        failures=[],
        skipped_files=["s3://b/a"],
        replanned_files=["s3://b/c"],
    )
    assert {
        name: value
        for name, value in job_response(ended).items()
        if name not in job_response(Job(KEY, "", {}))
    } == {
        "CompletionDate": "2026-01-02T00:00:00.000Z",
        "TotalPieces": 3,
        "CompletedPieces": 0,
        "FailedPieces": 2,
        "NotAttemptedPieces": 1,
        "TotalProcessed": 7,
        "TotalFailures": 0,
        "Failures": [],
        "SkippedFiles": ["s3://b/a"],
        "ReplannedFiles": ["s3://b/c"],
    }


def test_a_job_is_read_from_its_item_as_it_was_written() -> None:
    job = Job(
        KEY,
        "2026-01-01T00:00:00.000Z",
        {"S3UrlPrefix": "s3://b"},
        status="PROCESSING",
        run=2,
        changes=(StatusChange("CREATED", "2026-01-01T00:00:00.000Z", "me"),),
        announced=1,
        finishing_until=5,
        progress={"failures": "digest"},
        total_pieces=0,
        failures=[],
        segment_id="s",
        refreshes=False,
        namespaces={"email": 1},
        number=9,
        request="{}",
    )
    assert Job.from_item(job.to_item()) == job

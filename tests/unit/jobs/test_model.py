"""A job's key owns the formats of its keys; of its record the owner sees what the contract names."""

from audience.jobs.model import JobKey, response

KEY = JobKey("a" * 32, "EXPORT", "b" * 32)


def test_a_job_is_kept_with_its_app_under_its_kind_and_id() -> None:
    assert KEY.item_key == {"pk": f"APP#{'a' * 32}", "sk": f"EXPORT#{'b' * 32}"}


def test_a_job_has_places_of_its_own_in_the_bucket() -> None:
    assert KEY.work_prefix == f"work/{'a' * 32}/{'b' * 32}/"
    assert KEY.failures_key == f"jobs/{'a' * 32}/{'b' * 32}/failures.jsonl"


def test_members_of_our_own_are_not_shown() -> None:
    assert response({"Id": "b", "JobStatus": "CREATED", "run": 1, "segment_id": "s"}) == {
        "Id": "b",
        "JobStatus": "CREATED",
    }

"""The bytes of an object arrive complete over broken connections, and never from two versions of it."""

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.errors import SourceChangedError, SourceInterruptedError, SourceUnreadableError
from audience.sources.location import S3Location
from audience.sources.stream import MAX_BREAKS, ObjectStream
from tests.unit.sources.fake_s3 import FakeS3, refusal

TEXT = bytes(range(200))


def s3_with(content: bytes = TEXT, step: int = 7) -> FakeS3:
    return FakeS3({"file": content}, step)


@settings(deadline=None)
@given(
    breaks=st.lists(st.one_of(st.none(), st.integers(1, 60)), max_size=20),
    start=st.integers(0, 200),
    length=st.integers(0, 200),
)
def test_a_broken_stream_goes_on_where_it_broke(breaks: list[int | None], start: int, length: int) -> None:
    s3 = s3_with()
    s3.breaks = breaks
    end = min(start + length, len(TEXT))
    assert b"".join(s3.stream("file").chunks(start, end)) == TEXT[start:end]


def test_the_next_connection_requests_only_the_missing_bytes() -> None:
    s3 = s3_with()
    s3.breaks = [70, 30]
    assert b"".join(s3.stream("file").chunks()) == TEXT
    assert s3.ranges == ["bytes=0-199", "bytes=70-199", "bytes=100-199"]


def test_a_connection_that_ends_too_early_without_an_error_is_a_broken_one() -> None:
    s3 = s3_with()
    answer = s3.get_object
    short = iter([40])

    def shortened(**request: str) -> dict[str, object]:
        body = answer(**request)["Body"]
        body._content = body._content[: next(short, None)]
        return {"Body": body}

    s3.get_object = shortened  # type: ignore[method-assign, assignment]
    assert b"".join(s3.stream("file").chunks()) == TEXT


def test_six_breaks_without_a_byte_in_between_interrupt_the_source() -> None:
    s3 = s3_with()
    s3.breaks = [0] * (MAX_BREAKS + 1)
    with pytest.raises(SourceInterruptedError, match="s3://bucket/file"):
        list(s3.stream("file").chunks())
    assert len(s3.ranges) == MAX_BREAKS + 1


def test_breaks_with_bytes_in_between_are_retried_without_end() -> None:
    s3 = s3_with()
    s3.breaks = [1] * (len(TEXT) - 1)
    assert b"".join(s3.stream("file").chunks()) == TEXT


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_is_tried_again_after_growing_pauses(status: int) -> None:
    s3, pauses = s3_with(), []
    s3.refusals = [refusal("InternalError", status), refusal("SlowDown", 503)]
    stream = ObjectStream(s3, S3Location("bucket", "file"), len(TEXT), s3.etag("file"), pause=pauses.append)
    assert b"".join(stream.chunks()) == TEXT
    assert pauses == [0.2, 0.4]


def test_a_connection_that_cannot_be_made_is_tried_again() -> None:
    s3 = s3_with()
    s3.refusals = [EndpointConnectionError(endpoint_url="s3")]  # type: ignore[list-item]
    assert b"".join(s3.stream("file").chunks()) == TEXT


def test_an_object_of_another_etag_is_a_changed_source() -> None:
    s3 = s3_with()
    stream = s3.stream("file")
    s3.objects["file"] = b"new" * 100
    with pytest.raises(SourceChangedError, match="s3://bucket/file was changed or deleted"):
        list(stream.chunks())


def test_an_object_that_changes_between_two_connections_is_a_changed_source() -> None:
    s3 = s3_with()
    s3.breaks = [50]
    chunks = s3.stream("file").chunks()
    assert next(chunks) == TEXT[:7]
    s3.objects["file"] = TEXT[::-1]
    with pytest.raises(SourceChangedError):
        list(chunks)


def test_an_object_that_is_gone_is_a_changed_source() -> None:
    s3 = s3_with()
    stream = s3.stream("file")
    del s3.objects["file"]
    with pytest.raises(SourceChangedError):
        list(stream.chunks())


def test_a_forbidden_object_is_unreadable_at_once() -> None:
    s3 = s3_with()
    s3.refusals = [refusal("AccessDenied", 403)]
    with pytest.raises(SourceUnreadableError, match=r"is not there, or may not be read: .*AccessDenied"):
        list(s3.stream("file").chunks())
    assert len(s3.ranges) == 1


def test_an_empty_object_has_no_bytes_and_makes_no_request() -> None:
    s3 = s3_with(b"")
    assert list(s3.stream("file").chunks()) == []
    assert not s3.stream("file").is_gzip()
    assert s3.ranges == []

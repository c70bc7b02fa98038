"""What any tool reads as gzip: by Python's own reader, which is zlib's."""

import gzip
import io
import zlib

from hypothesis import given
from hypothesis import strategies as st

from audience.gzip_member import BLOCK, GzipMember

lines = st.binary(max_size=200) | st.integers(0, 3).map(lambda times: b"many of one line\n" * 2000 * times)


def member(content: list[bytes]) -> bytes:
    file = io.BytesIO()
    with GzipMember(file) as writer:
        for each in content:
            writer.write(each)
    return file.getvalue()


@given(st.lists(st.lists(lines, max_size=8), min_size=1, max_size=3))
def test_members_one_after_another_are_one_gzip_file(members: list[list[bytes]]) -> None:
    file = b"".join(map(member, members))
    assert gzip.decompress(file) == b"".join(each for content in members for each in content)


def test_the_same_content_is_the_same_file_without_time_and_name() -> None:
    file = member([b"line\n"])
    assert file == member([b"li", b"ne\n"])
    assert file[:8] == b"\x1f\x8b\x08" + bytes(5), "no flags (so no name), and no time"


def test_what_is_written_before_the_end_is_passed_on() -> None:
    file = io.BytesIO()
    with GzipMember(file) as writer:
        for number in range(BLOCK):
            writer.write(b"%d" % (number * 7919))
        assert file.tell() > BLOCK
        assert zlib.decompressobj(31).decompress(file.getvalue())


def test_a_member_that_failed_has_no_end() -> None:
    file = io.BytesIO()
    writer = GzipMember(file)
    writer.write(b"line\n")
    writer.__exit__(ConnectionError, ConnectionError(), None)
    assert file.getvalue() == b""

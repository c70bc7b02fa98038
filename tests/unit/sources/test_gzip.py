"""Gzip is recognised by its bytes, read member after member up to bytes that are none, and refused if damaged."""

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.errors import SourceUnreadableError
from audience.sources.gzip_text import CHUNK, Garbage, inflated
from tests.unit.sources.fake_s3 import FakeS3

TEXT = b"".join(b"line %d of the file\n" % number for number in range(500))


def text_of(content: bytes, step: int = 1 << 20, start: int = 0) -> bytes:
    return b"".join(FakeS3({"file": content}, step).stream("file").text(start))


@settings(deadline=None, max_examples=60)
@given(
    texts=st.lists(st.binary(max_size=300), min_size=1, max_size=5),
    padding=st.integers(0, 40),
    step=st.integers(1, 200),
    start=st.integers(0, 400),
)
def test_members_are_read_one_after_the_other_from_any_position(
    texts: list[bytes], padding: int, step: int, start: int
) -> None:
    content = b"".join(gzip.compress(text) + b"\0" * padding for text in texts)
    assert text_of(content, step, start) == b"".join(texts)[start:]


@given(cut=st.integers(2, len(gzip.compress(TEXT)) - 1), step=st.integers(1, 500))
@settings(deadline=None, max_examples=60)
def test_a_truncated_file_is_unreadable_wherever_it_ends(cut: int, step: int) -> None:
    with pytest.raises(SourceUnreadableError, match="s3://bucket/file is not a sound gzip file"):
        text_of(gzip.compress(TEXT)[:cut], step)


def test_a_damaged_file_is_unreadable() -> None:
    content = bytearray(gzip.compress(TEXT))
    content[-6] ^= 0xFF  # the checksum
    with pytest.raises(SourceUnreadableError, match="it cannot be decompressed"):
        text_of(bytes(content))


no_members = st.binary(min_size=1, max_size=60).filter(
    lambda content: content[0] != 0 and not b"\x1f\x8b\x08".startswith(content[:3])
)


@settings(deadline=None, max_examples=100)
@given(
    texts=st.lists(st.binary(max_size=200), min_size=1, max_size=3),
    padding=st.integers(0, 5),
    garbage=no_members | st.sampled_from([b"\x1fA", b"\x1f\x8b\x07", b"\x1f\x8bxy", gzip.compress(b"a")[1:]]),
    step=st.integers(1, 80),
    start=st.integers(0, 300),
)
def test_the_text_ends_before_bytes_that_are_no_member_which_are_told(
    texts: list[bytes], padding: int, garbage: bytes, step: int, start: int
) -> None:
    content = b"".join(map(gzip.compress, texts)) + b"\0" * padding + garbage
    stream = FakeS3({"file": content}, step).stream("file")
    whole = b"".join(texts)
    assert b"".join(stream.text(start)) == whole[start:]
    assert stream.garbage == Garbage(len(whole), len(garbage))


@pytest.mark.parametrize("padding", [0, 7])
@pytest.mark.parametrize("step", [1, 2, 3, 1 << 20])
def test_padding_and_sound_members_are_no_garbage(padding: int, step: int) -> None:
    stream = FakeS3({"file": gzip.compress(TEXT) * 2 + b"\0" * padding}, step).stream("file")
    assert b"".join(stream.text()) == TEXT * 2
    assert stream.garbage is None


@pytest.mark.parametrize("step", [1, 2, 1 << 20])
@pytest.mark.parametrize("length", [1, 2, 3, 10, 40])
def test_a_later_member_that_is_cut_off_is_unreadable(length: int, step: int) -> None:
    with pytest.raises(SourceUnreadableError, match="it ends in the middle"):
        text_of(gzip.compress(TEXT) + gzip.compress(TEXT)[:length], step)


def test_a_later_member_that_is_damaged_is_unreadable() -> None:
    with pytest.raises(SourceUnreadableError, match="it cannot be decompressed"):
        text_of(gzip.compress(TEXT) + b"\x1f\x8b\x08\xff and more")


def test_a_file_that_inflates_a_thousandfold_comes_in_small_chunks() -> None:
    chunks = list(inflated(iter([gzip.compress(bytes(5 * CHUNK + 3))]), "file"))
    assert max(map(len, chunks)) <= CHUNK
    assert sum(map(len, chunks)) == 5 * CHUNK + 3


@pytest.mark.parametrize("text", [b"", b"a"])
@pytest.mark.parametrize("padding", [0, 3])
def test_many_small_members_take_linear_time(
    monkeypatch: pytest.MonkeyPatch, text: bytes, padding: int
) -> None:
    handed = 0
    real = zlib.decompressobj

    class Counted:
        def __init__(self, wbits: int) -> None:
            self._real = real(wbits)

        def decompress(self, content: bytes, most: int) -> bytes:
            nonlocal handed
            handed += len(content)
            return self._real.decompress(content, most)

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

    monkeypatch.setattr(zlib, "decompressobj", Counted)
    stored = (gzip.compress(text, mtime=0) + b"\0" * padding) * 3000
    assert b"".join(inflated(iter([stored]), "file")) == text * 3000
    assert handed < 4 * len(stored)


def test_gzip_is_recognised_by_its_first_bytes_even_if_they_come_one_by_one() -> None:
    s3 = FakeS3({"file": gzip.compress(TEXT)})
    s3.breaks = [1]
    assert b"".join(s3.stream("file").text()) == TEXT


def test_a_plain_file_is_not_decompressed() -> None:
    assert text_of(TEXT, start=5) == TEXT[5:]


def test_a_member_without_content_has_none() -> None:
    assert text_of(gzip.compress(b"")) == b""

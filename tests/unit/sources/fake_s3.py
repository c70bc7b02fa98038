"""An S3 client that holds objects in memory, and whose bodies break where a test wants them to."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from audience.sources.listing import SourceObject
from audience.sources.location import S3Location
from audience.sources.stream import ObjectStream


def refusal(code: str, status: int) -> ClientError:
    """What boto3 raises when S3 answers with an error."""
    response = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetObject")  # type: ignore[arg-type]


class Body:
    """The stream of one answer: chunks of `step` bytes, and a broken connection after `breaks_after` bytes."""

    def __init__(self, content: bytes, step: int, breaks_after: int | None) -> None:
        self._content = content
        self._step = step
        self._breaks_after = breaks_after

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        step = min(size, self._step)
        end = len(self._content) if self._breaks_after is None else self._breaks_after
        for start in range(0, min(end, len(self._content)), step):
            yield self._content[start : min(start + step, end)]
        if end < len(self._content):
            raise ReadTimeoutError(endpoint_url="s3")


class FakeS3:
    """Objects by key. `breaks` says for one answer after the other where it breaks; `refusals` come first."""

    def __init__(self, objects: dict[str, bytes], step: int = 1 << 20) -> None:
        self.objects = objects
        self.step = step
        self.breaks: list[int | None] = []
        self.refusals: list[ClientError] = []
        self.ranges: list[str] = []
        self.prefixes: list[str] = []

    def etag(self, key: str) -> str:
        return hashlib.sha256(self.objects[key]).hexdigest()

    def get_object(self, Bucket: str, Key: str, Range: str, IfMatch: str) -> dict[str, Any]:  # noqa: N803, ARG002
        self.ranges.append(Range)
        if self.refusals:
            raise self.refusals.pop(0)
        if Key not in self.objects:
            raise refusal("NoSuchKey", 404)
        if self.etag(Key) != IfMatch:
            raise refusal("PreconditionFailed", 412)
        start, end = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", Range).groups())  # type: ignore[union-attr]
        breaks_after = self.breaks.pop(0) if self.breaks else None
        return {"Body": Body(self.objects[Key][start : end + 1], self.step, breaks_after)}

    def get_paginator(self, operation: str) -> "FakeS3":
        assert operation == "list_objects_v2"
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803, ARG002
        """The listing in pages of two keys."""
        self.prefixes.append(Prefix)
        if self.refusals:
            raise self.refusals.pop(0)
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for start in range(0, max(1, len(keys)), 2):
            entries = [self._entry(key) for key in keys[start : start + 2]]
            yield {"Contents": entries} if entries else {}

    def _entry(self, key: str) -> dict[str, Any]:
        return {"Key": key, "Size": len(self.objects[key]), "ETag": self.etag(key)}

    def found(self, key: str) -> SourceObject:
        """The object as a listing has it."""
        return SourceObject(key, len(self.objects[key]), self.etag(key), wanted=True)

    def stream(self, key: str) -> ObjectStream:
        """The object's stream, which pauses for nothing."""
        at = S3Location("bucket", key)
        s3: Any = self
        return ObjectStream(s3, at, len(self.objects[key]), self.etag(key), pause=lambda _: None)

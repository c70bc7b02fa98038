"""Without an event loop, what writes rows runs to its end, or says that it cannot."""

from collections.abc import Generator
from types import coroutine
from typing import Any, cast

import pytest

from audience.aws.async_dynamodb import OneAtATime, finish
from audience.aws.dynamodb import DynamoDBClient


class Echo:
    """A client that answers with what it was asked."""

    def call(self, operation: str, request: dict[str, Any] | bytes) -> dict[str, Any]:
        return {operation: request}


def test_a_coroutine_asks_one_request_after_the_other() -> None:
    pauses: list[float] = []
    dynamodb = OneAtATime(cast("DynamoDBClient", Echo()), pauses.append)

    async def twice() -> list[Any]:
        first = await dynamodb.call("GetItem", {"n": 1})
        await dynamodb.pause(5)
        dynamodb.slow_down(0.04)
        return [first, await dynamodb.call("UpdateItem", b"{}")]

    assert finish(twice()) == [{"GetItem": {"n": 1}}, {"UpdateItem": b"{}"}]
    assert pauses == [5]


def test_the_error_of_a_coroutine_is_its_callers() -> None:
    async def fails() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        finish(fails())


def test_a_coroutine_that_waits_for_an_event_loop_is_ended_and_an_error() -> None:
    ended: list[str] = []

    @coroutine
    def waits() -> Generator[None, None, None]:
        try:
            yield
        finally:
            ended.append("closed")

    async def waiting() -> None:
        await waits()

    with pytest.raises(RuntimeError, match="there is no event loop"):
        finish(waiting())
    assert ended == ["closed"]

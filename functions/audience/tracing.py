"""X-Ray tracing with the class and place of exceptions, without their text, which may quote an answer."""

from typing import Any

from aws_lambda_powertools import Tracer
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.emitters.udp_emitter import UDPEmitter


class PlainEmitter(UDPEmitter):  # type: ignore[misc]  # the SDK has no types
    """An emitter that removes exceptions' texts before it sends segments to the X-Ray daemon."""

    def send_entity(self, entity: Any) -> None:
        """Send a segment or subsegment, with the subsegments in it."""
        _remove_texts(entity)
        super().send_entity(entity)


def _remove_texts(entity: Any) -> None:
    if isinstance(entity.cause, dict):
        for exception in entity.cause.get("exceptions", []):
            exception.message = exception.type
    for part in entity.subsegments:
        _remove_texts(part)


tracer = Tracer()
xray_recorder.configure(emitter=PlainEmitter())

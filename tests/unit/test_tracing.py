"""What X-Ray is sent of an exception."""

from aws_xray_sdk.core.models.segment import Segment
from aws_xray_sdk.core.models.subsegment import Subsegment

from audience.tracing import PlainEmitter, xray_recorder

SECRET = "wJalrXUtnFEMI"


def test_the_text_of_an_exception_is_not_sent(monkeypatch):
    sent = []
    monkeypatch.setattr(PlainEmitter, "_send_data", lambda _, data: sent.append(data))
    segment = Segment("step")
    part = Subsegment("sts", "aws", segment)
    segment.add_subsegment(part)
    for entity in (part, segment):
        entity.add_exception(KeyError(SECRET), [("file.py", 7, "work", "")])
    xray_recorder.emitter.send_entity(segment)
    assert SECRET not in sent[0]
    assert sent[0].count("KeyError") == 4, "type and message of both"

"""Whatever the definition and the endpoint, the compiled segment and a second writing of the rules agree."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from audience.segments.groups import parse_segment
from audience.segments.matching import compile_segment
from audience.segments.validation import SegmentInvalidError
from tests.unit.segments.definitions import NOW, Members
from tests.unit.segments.naive_model import in_segment
from tests.unit.segments.strategies import base_ids, endpoints, json_values, segments


@settings(max_examples=800, deadline=None)
@given(body=segments, some=st.lists(endpoints, min_size=2, max_size=6), bases=base_ids)
def test_the_compiled_segment_takes_whom_the_naive_model_takes(body, some, bases):
    is_in = compile_segment(parse_segment(body), Members(**bases), NOW)
    assert [is_in(endpoint) for endpoint in some] == [in_segment(body, each, bases) for each in some]


@settings(max_examples=100, deadline=None)
@given(body=segments)
def test_every_definition_is_stored_as_it_was_sent(body):
    assert parse_segment(body).document() == body


def spoil(draw, value):
    """Some JSON in the place of a part of the value."""
    if not isinstance(value, dict | list) or not value or draw(st.booleans()):
        return draw(json_values)
    place = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    spoiled = value.copy()
    spoiled[place] = spoil(draw, value[place])
    return spoiled


@settings(max_examples=200, deadline=None)
@given(data=st.data(), body=segments)
def test_a_spoiled_definition_is_read_or_refused_and_nothing_else(data, body):
    with suppress(SegmentInvalidError):
        compile_segment(parse_segment(spoil(data.draw, body)), Members(), NOW)

"""The history of a segment's members, against a model that replays every evaluation for every name."""

from hypothesis import given
from hypothesis import strategies as st

from audience.memberships.history import Match, Membership, next_history, sort_key

NAMES = [f"E#{number}" for number in range(4)] + ["U#1", "U#2", "U#ä"]
_names = st.sampled_from(NAMES)
_evaluations = st.lists(st.sets(_names), max_size=5)


def history_of(before: list[Membership], evaluations: list[set[str]], first: int = 1) -> list[Membership]:
    moments = [(number, 10 * (first + number)) for number in range(len(evaluations))]
    matches = [Match(name, number) for number, seen in enumerate(evaluations) for name in seen]
    return list(next_history(before, sorted(matches, key=sort_key), moments))


def replayed(evaluations: list[set[str]]) -> dict[str, tuple[str, int]]:
    """The plain way: for each name, walk through the evaluations and note when its status changed."""
    found: dict[str, tuple[str, int]] = {}
    for number, seen in enumerate(evaluations):
        for name in NAMES:
            was = found.get(name, ("", 0))[0]
            if name in seen and was != "realized":
                found[name] = ("realized", 10 * (1 + number))
            if name not in seen and was == "realized":
                found[name] = ("exited", 10 * (1 + number))
    return found


@given(_evaluations)
def test_a_history_says_who_is_in_the_segment_who_was_and_since_when(evaluations: list[set[str]]) -> None:
    found = history_of([], evaluations)
    assert {each.name: (each.status, each.since) for each in found} == replayed(evaluations)
    assert [sort_key(each) for each in found] == sorted({sort_key(each) for each in found})


@given(_evaluations, _evaluations)
def test_going_on_from_a_history_comes_to_the_same_as_all_at_once(
    first: list[set[str]], then: list[set[str]]
) -> None:
    step = history_of(history_of([], first), then, first=1 + len(first))
    assert step == history_of([], first + then)


def test_whoever_was_never_in_the_segment_is_not_in_its_history() -> None:
    assert history_of([], [{"E#1"}, set()]) == [Membership("E#1", "exited", 20)]


def test_a_match_of_an_evaluation_that_does_not_count_changes_nothing() -> None:
    before = [Membership("E#1", "exited", 50)]
    assert list(next_history(before, [Match("E#1", 0)], [])) == before

"""The kinds of items in the control table: their keys, read and written, and what each is removed with."""

import pytest

from audience.layout import control_table
from audience.layout.control_table import ItemKind

KINDS = {name: kind for name, kind in vars(control_table).items() if isinstance(kind, ItemKind)}
GROUPS = (
    control_table.OF_AN_APP,
    control_table.OF_A_SEGMENT,
    control_table.OF_A_JOB,
    control_table.OF_A_REMOVAL,
    control_table.OF_THE_DEPLOYMENT,
)
VALUES = {
    "application_id": "a" * 32,
    "kind": "IMPORT",
    "job_id": "b" * 32,
    "owner": f"{'b' * 32}-evaluation",
    "index": 7,
    "digest": "c" * 64,
    "key": "order#7",
    "segment_id": "d" * 32,
    "version": 12,
    "organisation": "5EB#@AdobeOrg",
    "sandbox": "prod",
    "dataset_id": "e" * 24,
    "policy_id": "f" * 8,
    "number": 3,
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_removed_with_exactly_one_owner(name: str) -> None:
    assert sum(KINDS[name] in group for group in GROUPS) == 1


@pytest.mark.parametrize("name", KINDS)
def test_a_key_is_of_its_own_kind_alone_and_gives_its_values_back(name: str) -> None:
    kind = KINDS[name]
    key = kind.key(**VALUES)
    assert [other for other, each in KINDS.items() if each.values_of(key) is not None] == [name]
    found = kind.values_of(key)
    assert found is not None
    read = {value: int(text) if isinstance(VALUES[value], int) else text for value, text in found.items()}
    assert read == {value: VALUES[value] for value in kind.names}


def test_the_prefix_of_a_kind_ends_before_its_first_value() -> None:
    assert control_table.NUMBERED_JOB.prefix == "JOB#"
    assert control_table.APP.prefix == ""
    assert control_table.SEGMENT_HISTORY.prefix == "MEMBERSHIP"

"""Files of a batch: the same rows come back, checksums are true, nothing is left of a file that failed."""

import hashlib
import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audience.batches import parquet
from audience.batches.columns import COLUMNS, columns_of
from audience.batches.files import BatchFile
from tests.unit.aws.storage import Storage

_text = st.text(max_size=5).filter(lambda text: text < "\ud800" or text > "\udfff")
_rows = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "identityMap": st.dictionaries(
                _text,
                st.lists(st.fixed_dictionaries({"id": _text, "primary": st.booleans()}), max_size=2),
                max_size=2,
            ),
            "personalEmail": st.fixed_dictionaries({"address": _text}),
            "attributes": st.dictionaries(_text, st.lists(_text, max_size=3), max_size=3),
            "metrics": st.dictionaries(_text, st.floats(allow_nan=False), max_size=3),
            "optOut": st.sampled_from(["ALL", "NONE"]),
        },
    ),
    max_size=7,
)


def written(storage: Storage, rows: list[dict[str, Any]], kind: Any) -> tuple[bytes, Any]:
    with BatchFile(storage.s3, storage.bucket, "b", "folder/file", columns_of(None), kind) as file:
        for row in rows:
            file.write(row)
    return storage.get("folder/file"), file.written


def plain(value: Any) -> Any:
    """A row as pyarrow reads it: pairs are maps again, what is null is left out."""
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return {name: plain(inner) for name, inner in value}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if inner is not None}
    return value


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows)
def test_rows_come_back_from_parquet_as_they_went_in(storage: Storage, rows: list[dict[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parquet, "ROWS_A_GROUP", 3)
        content, told = written(storage, rows, "parquet")
    table = pq.read_table(io.BytesIO(content))
    empty = {name: {} for name in ("identityMap", "attributes", "metrics")}
    read = [
        {**empty, **{name: plain(value) or {} for name, value in plain(row).items()}}
        for row in table.to_pylist()
    ]
    assert read == [{**empty, **row} for row in rows]
    assert told["rows"] == len(rows)


@pytest.mark.parametrize("kind", ["parquet", "json"])
def test_the_checksum_and_the_size_are_those_of_the_file(storage: Storage, kind: str) -> None:
    content, told = written(storage, [{"optOut": "ALL"}] * 3, kind)
    assert told == {
        "batch": "b",
        "key": "folder/file",
        "rows": 3,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_ndjson_is_one_object_a_line(storage: Storage) -> None:
    rows = [{"optOut": "ALL"}, {"attributes": {"a": ["1"]}}]
    content, _ = written(storage, rows, "json")
    assert [json.loads(line) for line in content.splitlines()] == rows


def broken(file: BatchFile) -> None:
    with file:
        file.write({"optOut": "ALL"})
        raise KeyError


@pytest.mark.parametrize("kind", ["parquet", "json"])
def test_nothing_is_left_of_a_file_whose_rows_ended_in_an_error(storage: Storage, kind: str) -> None:
    with pytest.raises(KeyError):
        broken(BatchFile(storage.s3, storage.bucket, "b", "folder/broken", columns_of(None), kind))
    assert "folder/broken" not in storage.names()
    assert storage.uploads() == []


def test_columns_are_pruned_to_the_selected_paths() -> None:
    assert columns_of("identities.id, personalEmail.address,nothing") == {
        "identities": ({"id": "string"},),
        "personalEmail": {"address": "string"},
    }
    assert set(columns_of(None)) == set(COLUMNS) - {"identities"}


def test_events_always_have_their_id() -> None:
    assert columns_of("optOut", "string", events=True)["eventList"].of == {"_id": "string"}
    assert columns_of("optOut", "_id,eventType", events=True)["eventList"].of == {
        "_id": "string",
        "eventType": "string",
    }

"""A bad row is reported with its place and reason; its line in the failure file can be imported once corrected."""

import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.endpoints.rows import Wrong
from audience.imports.failures import Failure, failure_lines
from audience.jobs.failure_file import MAX_REASON, failure_text
from tests.unit.imports.sources import entries, failure_file, judged

BAD_CSV = b'Id,OptOut,Attributes.a\n1,SOME,"x\n""y"""\n'


def corrected(entry: dict[str, object], old: str, new: str) -> dict[str, object]:
    return {**entry, "Row": str(entry["Row"]).replace(old, new)}


def test_a_csv_row_comes_with_its_header_and_can_be_imported_once_corrected() -> None:
    (entry,) = entries(judged(BAD_CSV, csv=True)[1])
    assert entry == {
        "Object": "s3://bucket/file",
        "Line": 2,
        "Field": "OptOut",
        "Reason": "'SOME' is not one of ALL, NONE",
        "Reasons": [{"Field": "OptOut", "Reason": "'SOME' is not one of ALL, NONE"}],
        "Header": "Id,OptOut,Attributes.a",
        "Row": '1,SOME,"x\n""y"""',
    }
    rows, failures = judged(failure_file([corrected(entry, "SOME", "ALL")]), csv=False)
    assert failures == []
    assert rows[0].fields == {"OptOut": "ALL", "Attributes.a": ['x\n"y"']}


def test_a_json_row_can_be_imported_once_corrected() -> None:
    (entry,) = entries(judged(b'{"Id": "1", "OptOut": "SOME"}\n', csv=False)[1])
    assert "Header" not in entry
    rows, failures = judged(failure_file([corrected(entry, "SOME", "NONE")]), csv=False)
    assert failures == []
    assert rows[0].fields == {"OptOut": "NONE"}


def test_a_row_that_is_not_corrected_fails_again_with_the_same_row() -> None:
    for content, is_csv in ((BAD_CSV, True), (b'{"Id": "1", "OptOut": "SOME"}\n', False)):
        (first,) = entries(judged(content, csv=is_csv)[1])
        (second,) = entries(judged(failure_file([first]), csv=False)[1])
        (third,) = entries(judged(failure_file([second]), csv=False)[1])
        for again in (second, third):
            assert {**again, "Line": first["Line"]} == first
        rows, failures = judged(failure_file([corrected(third, "SOME", "ALL")]), csv=False)
        assert (len(rows), failures) == (1, [])


def test_a_row_that_is_not_utf_8_is_written_in_base64_and_as_text_to_correct() -> None:
    content = b"Id,Attributes.a\n1,Malm\xf6\n"
    (entry,) = entries(judged(content, csv=True)[1])
    assert entry["Reason"] == "not UTF-8 at byte 7 of the row"
    assert entry["Row"] == "1,Malm�"
    assert base64.b64decode(str(entry["RowBase64"])) == b"1,Malm\xf6"
    (again,) = entries(judged(failure_file([entry]), csv=False)[1])
    assert again == {**entry, "Line": 1}
    rows, failures = judged(failure_file([corrected(entry, "�", "ö")]), csv=False)
    assert (rows[0].fields, failures) == ({"Attributes.a": ["Malmö"]}, [])


def test_corrected_bytes_count_if_the_text_was_not_corrected() -> None:
    (entry,) = entries(judged(b'{"Id": "Malm\xf6"}\n{"Id": "1"}\n', csv=False)[1])
    repaired = {**entry, "RowBase64": base64.b64encode('{"Id": "Malmö"}'.encode()).decode()}
    assert judged(failure_file([repaired]), csv=False)[0][0].endpoint_id == "Malmö"


@pytest.mark.parametrize("broken", ["%%%", "abc", 5, None, "ä"])
def test_invalid_base64_is_a_bad_row(broken: object) -> None:
    (entry,) = entries(judged(b'{"Id": "Malm\xf6"}\n{"Id": "1"}\n', csv=False)[1])
    rows, failures = judged(failure_file([{**entry, "RowBase64": broken}]), csv=False)
    assert (rows, [failure.field for failure in failures]) == ([], ["RowBase64"])


def test_a_line_of_a_user_in_a_failure_file_is_imported_as_a_row() -> None:
    entry = {"Object": "o", "Line": 1, "Field": "f", "Reason": "r", "Header": "User.UserId", "Row": "u1"}
    assert [row.user_id for row in judged(failure_file([entry]), csv=False)[0]] == ["u1"]


def test_an_endpoint_with_an_attribute_named_reason_is_still_an_endpoint() -> None:
    line = orjson.dumps({"Id": "1", "Attributes": {"Reason": ["x"]}})
    assert judged(line, csv=False)[0][0].fields == {"Attributes.Reason": ["x"]}


@given(row=st.binary(max_size=30), header=st.binary(max_size=10))
def test_any_row_is_one_line_from_which_it_can_be_read_again(row: bytes, header: bytes) -> None:
    (line,) = failure_lines([Failure("s3://b/k", 7, (Wrong("f", "r"),), row, header)])
    assert line.index(b"\n") == len(line) - 1
    entry = orjson.loads(line)
    kept = base64.b64decode(entry["RowBase64"]) if "RowBase64" in entry else entry["Row"].encode()
    assert kept == row


def test_a_failure_shown_in_the_job_is_one_line_of_bounded_length() -> None:
    entry = {
        "Object": "s3://b/k",
        "Line": 7,
        "Field": "Location.City",
        "Reason": "is\nnot\r\ngood",
        "Row": "x",
    }
    assert failure_text(entry) == "s3://b/k line 7: Location.City: is not good"
    assert failure_text({**entry, "Field": ""}) == "s3://b/k line 7: is not good"
    both = [{"Field": "A", "Reason": "is bad"}, {"Field": "", "Reason": "too\nlong"}]
    assert failure_text({**entry, "Reasons": both}) == "s3://b/k line 7: A: is bad; too long"
    assert len(failure_text({**entry, "Reason": "x" * 10_000})) < MAX_REASON + 50

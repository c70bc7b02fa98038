"""Rows are counted as the service counts them, by other means."""

import gzip
import io

from hypothesis import given
from hypothesis import strategies as st

from migrate.counting import count_rows

CSV = b'\xef\xbb\xbfId,Address, ChannelType\r\n1,"a\r\nb",email\r\n\r\n2,x,SMS\r\n3\r\n'


def test_rows_of_csv_are_records_without_header_and_blank_lines():
    counted = count_rows(io.BytesIO(CSV), "CSV")
    assert (counted.rows, counted.channels) == (3, {"EMAIL": 1, "SMS": 1, "(none)": 1})


def test_gzip_is_told_by_its_bytes_and_may_have_several_members():
    members = gzip.compress(b'{"ChannelType":"SMS"}\n') + gzip.compress(b'\n{"Id":"1"}\nnot JSON')
    counted = count_rows(io.BytesIO(members), "JSON")
    assert (counted.rows, counted.channels) == (3, {"SMS": 1, "(none)": 2})


def test_an_empty_file_has_no_rows():
    assert count_rows(io.BytesIO(b""), "CSV").rows == 0
    assert count_rows(io.BytesIO(gzip.compress(b"")), "JSON").rows == 0


@given(st.lists(st.text(max_size=10), max_size=20))
def test_every_line_of_json_that_is_not_blank_is_a_row(texts):
    lines = [text.replace("\n", "").replace("\r", "") for text in texts]
    content = "\n".join(lines).encode(errors="ignore")
    decoded = content.decode().split("\n")
    assert count_rows(io.BytesIO(content), "JSON").rows == sum(
        1 for line in decoded if line.strip("\ufeff").strip()
    )

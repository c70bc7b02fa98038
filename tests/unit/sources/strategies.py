"""Files: sound CSV of every shape, and soups of quotes, commas and line ends."""

from hypothesis import strategies as st

from audience.sources.records import BOM

_LETTERS = st.sampled_from(['"', ",", "\n", "\r", "\r\n", " ", "a", "é", "1"])
_cells = st.lists(_LETTERS, max_size=6).map("".join)
_QUOTE = '"'
_line_ends = st.sampled_from(["\n", "\r\n"])
chunkings = st.lists(st.integers(0, 400), max_size=8)
quote_soups = st.lists(
    st.sampled_from([b'"', b'"', b",", b',"', b'",', b"\n", b"\r\n", b"a", b"bcdefgh", BOM]), max_size=60
).map(b"".join)

blank_soups = st.lists(
    st.sampled_from([b"\n", b"\n\n\n\n", b"\r\n\r\n", b"\r\n", b"\r", b" ", b"\t\n", b"a", b'"', b',"', BOM]),
    max_size=60,
).map(b"".join)


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """A CSV file by RFC 4180, with blank lines here and there, with and without a last line end and a BOM."""
    rows = draw(st.lists(st.lists(_cells, min_size=1, max_size=4) | st.just([]), max_size=12))
    text = "".join(draw(rendered(row)) + draw(_line_ends) for row in rows)
    if rows and rows[-1] and draw(st.booleans()):
        text = text.removesuffix("\n").removesuffix("\r")
    return (BOM if draw(st.booleans()) else b"") + text.encode()


@st.composite
def rendered(draw: st.DrawFn, row: list[str]) -> str:
    """A row as text: cells are quoted where they must be, and sometimes where they need not."""
    return ",".join(draw(_cell(cell)) for cell in row)


@st.composite
def _cell(draw: st.DrawFn, cell: str) -> str:
    if bool(set(cell) & set('",\r\n')) or draw(st.booleans()):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@st.composite
def all_quoted_files(draw: st.DrawFn) -> bytes:
    """A CSV file all of whose fields are quoted, mostly with line breaks in some; a byte of it may be another."""
    row = st.lists(_cells, min_size=1, max_size=9)
    line_end = draw(_line_ends)
    rows = draw(st.lists(row, max_size=12))
    quoted = ([f'"{cell.replace(_QUOTE, _QUOTE * 2)}"' for cell in cells] for cells in rows)
    text = bytearray("".join(",".join(cells) + line_end for cells in quoted), "utf-8")
    if text and draw(st.booleans()):
        text[draw(st.integers(0, len(text) - 1))] = draw(st.sampled_from(b'",\n\ra'))
    return bytes(text)

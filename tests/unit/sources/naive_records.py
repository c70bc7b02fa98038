"""A second writing of the rules for records, slow and plain: what the reader is compared with."""

from audience.sources.records import BOM, Record


def naive_records(text: bytes, limit: int) -> list[Record]:
    """The CSV records of a whole file; a line, or a record in quotes, may have `limit` bytes with its line end."""
    lines = text.split(b"\n")
    lines = [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    found: list[Record] = []
    at = 0
    while at < len(lines):
        record = naive_record(lines, at, limit)
        found.append(record)
        at += record.lines
    return found


def naive_record(lines: list[bytes], at: int, limit: int) -> Record:
    """The record that begins with line `at` (from 0)."""
    first = lines[at].removeprefix(BOM) if at == 0 else lines[at]
    length = len(lines[at])
    alone = first.removesuffix(b"\n").removesuffix(b"\r")
    if length > limit:
        kept = lines[at].removesuffix(b"\n")[:limit]
        content = kept.removeprefix(BOM) if at == 0 else kept
        return Record(content.removesuffix(b"\r"), at + 1, 1, length, f"too large: more than {limit} bytes")
    content, lengths = first, length
    for more in range(at + 1, len(lines) + 1):
        if not in_quotes(content.removesuffix(b"\n")):
            whole = content.removesuffix(b"\n").removesuffix(b"\r")
            return Record(whole, at + 1, more - at, lengths)
        if more == len(lines) or lengths + len(lines[more]) > limit:
            break
        content += lines[more]
        lengths += len(lines[more])
    return Record(alone, at + 1, 1, length, "a quote is opened and not closed")


def in_quotes(text: bytes) -> bool:
    """Whether the text ends within a quoted field: a state machine, letter by letter, over one record."""
    state = "start"  # of a field; "plain"; "quoted"; "quote" after a quote in a quoted field
    for letter in text.decode("latin-1"):
        if state == "quoted":
            state = "quote" if letter == '"' else "quoted"
        elif state == "quote" and letter == '"':
            state = "quoted"
        elif letter == ",":
            state = "start"
        else:
            state = "quoted" if letter == '"' and state == "start" else "plain"
    return state == "quoted"

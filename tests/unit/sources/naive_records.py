"""A second writing of the rules for records, slow and plain: what the reader is compared with."""

from audience.sources.records import BOM, Record

NOT_CLOSED = "a quote is opened and not closed, or closed in the middle of a field"


def naive_records(text: bytes, limit: int, look_ahead: int = 1 << 30) -> list[Record]:
    """The CSV records of a whole file; a line, or a record in quotes, may have `limit` bytes with its line end."""
    lines = text.split(b"\n")
    lines = [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    found: list[Record] = []
    at = 0
    while at < len(lines):
        record = naive_record(lines, at, limit, look_ahead)
        found.append(record)
        at += record.lines
    return found


def naive_record(lines: list[bytes], at: int, limit: int, look_ahead: int) -> Record:
    """The record that begins with line `at` (from 0)."""
    first = lines[at] if at else without_marks(lines[at])
    length = len(lines[at])
    too_large = f"too large: more than {limit} bytes"
    problem = too_large if length > limit else ""
    kept = lines[at].removesuffix(b"\n")[:look_ahead]
    alone = (kept if at else without_marks(kept))[:limit].strip(b"\r")
    single = Record(alone, at + 1, 1, length, problem)
    if length > look_ahead:
        return single
    content, lengths = first.lstrip(b"\r"), length
    for more in range(at + 1, len(lines) + 1):
        quoting = quoting_of(content.removesuffix(b"\n"))
        if more == at + 1 and quoting != "open":
            return single
        if quoting == "closed":
            whole = content.removesuffix(b"\n").strip(b"\r")
            record = Record(whole, at + 1, more - at, lengths)
            return record if lengths <= limit else Record(alone, at + 1, more - at, lengths, too_large)
        if quoting == "broken" or more == len(lines) or lengths + len(lines[more]) > look_ahead:
            break
        content += lines[more]
        lengths += len(lines[more])
    return single if problem else single._replace(problem=NOT_CLOSED)


def without_marks(text: bytes) -> bytes:
    while text.startswith(BOM):
        text = text.removeprefix(BOM)
    return text


def quoting_of(text: bytes) -> str:
    """How a record's quotes stand after `text`: closed, open or broken; a state machine, letter by letter."""
    state = "start"  # of a field; "plain"; "quoted"; "quote" after a quote in a quoted field
    letters = text.decode("latin-1")
    for at, letter in enumerate(letters):
        if state == "quoted":
            state = "quote" if letter == '"' else "quoted"
        elif state == "quote" and letter == '"':
            state = "quoted"
        elif letter == ",":
            state = "start"
        elif state == "quote":
            return "closed" if not letters[at:].strip("\r") else "broken"
        else:
            state = "quoted" if letter == '"' and state == "start" else "plain"
    return "open" if state == "quoted" else "closed"

"""Sample files of people, and a reader of them that knows nothing of the service."""

import csv
import gzip
import io
import json
from typing import NamedTuple

COLUMNS = ("Id", "Address", "ChannelType", "Attributes.Interests", "Metrics.Orders", "User.UserId")
KNOWN = {"EMAIL", "SMS"}


class Counted(NamedTuple):
    """The ids of a file's good rows in their order, and how many are bad."""

    good: list[str]
    bad: int


def people_csv(first: int, count: int, line_end: str = "\n") -> str:
    """So many people; every tenth one has a channel that does not exist, every third an address to be quoted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(COLUMNS)
    for number in range(first, first + count):
        channel = "PIGEON" if number % 10 == 4 else ("EMAIL", "SMS")[number % 2]
        address = f'"Ada, the\n{number}th"@example.org' if number % 3 == 0 else f"ada{number}@example.org"
        user = f"u{number}" if number % 4 == 0 else ""
        writer.writerow((f"p{number}", address, channel, "tea, music", number, user))
    return text.getvalue()


def people_json(first: int, count: int) -> str:
    """So many people; every tenth one has a channel that does not exist."""
    lines = []
    for number in range(first, first + count):
        channel = "PIGEON" if number % 10 == 4 else ("EMAIL", "SMS")[number % 2]
        person = {"Id": f"p{number}", "Address": f"ada{number}@example.org", "ChannelType": channel}
        lines.append(json.dumps(person))
    return "\n".join(lines)


def people(file_format: str, first: int, count: int) -> str:
    return people_csv(first, count) if file_format == "CSV" else people_json(first, count)


def counted(file_format: str, *files: bytes | str) -> Counted:
    """What is in the files, gzip or not: a row is good where it has an address and a channel that exists."""
    good, bad = [], 0
    for content in files:
        body = content if isinstance(content, bytes) else content.encode()
        text = (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode("utf-8-sig")
        for row in _rows(file_format, text):
            if row["Address"] and row["ChannelType"] in KNOWN:
                good.append(row["Id"])
            else:
                bad += 1
    return Counted(good, bad)


def _rows(file_format: str, text: str) -> list[dict[str, str]]:
    if file_format == "CSV":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return [json.loads(line) for line in text.splitlines()]

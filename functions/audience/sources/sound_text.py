"""CSV text whose records are told at a glance, as regular expressions: they are passed at the speed of C.

The expressions say the same as `quoting_after` (audience.sources.records), where they match; where they stop, that
decides. A doubled quote is taken for a quote that closes and one that opens. All repetitions are possessive, so that no
text makes them slow. Text is matched from a record's beginning on, with the byte before it in sight.
"""

import re
from functools import cache
from typing import NamedTuple

# All bytes but those that say which line feeds are inside of quotes.
_NEITHER_QUOTE_NOR_LINE_FEED = bytes(set(range(256)) - set(b'"\n'))


class Passed(NamedTuple):
    """Records that were passed: where the last one ends, how many there are, and their line feeds.

    `plain` says whether each was a line, with all its quotes closed.
    """

    end: int
    records: int
    lines: int
    plain: bool


class SoundText(NamedTuple):
    """The expressions of one delimiter.

    Of what `records` matched, the group `lines` is there if quotes hold a line feed, `stray` if there is a quote in the
    middle of a field, `damaged` if the quotes of a line are not closed as they must be, and the line is a record by
    itself.
    """

    quoted: re.Pattern[bytes]  # up to a quote in the middle of a field, or closed there, or not closed
    plain: re.Pattern[
        bytes
    ]  # up to a quote that is not closed in its line, or closed in the middle of a field
    records: re.Pattern[
        bytes
    ]  # up to a record that is longer or that carriage returns before a quote may begin
    record: re.Pattern[bytes]

    def pass_quoted(self, text: bytes, start: int, stop: int, *, plain: bool) -> Passed:
        """Pass records from a record's beginning to a line start at most, as far as all quotes are as in RFC 4180.

        `plain` is a guess: that each of them is a line. A wrong one costs time.
        """
        end = _match(self.quoted, text, start, stop).end()
        if end < stop:
            end = _last_record(text, start, end)
        marks = text[start:end].translate(None, _NEITHER_QUOTE_NOR_LINE_FEED)
        lines = marks.count(b"\n")
        inside = 0 if plain and _each_line_is_closed(marks) else _inside(marks)
        return Passed(end, lines - inside, lines, plain=not inside)

    def pass_plain(self, text: bytes, start: int, stop: int) -> Passed:
        """Pass records from a record's beginning to a line start at most; none unless all are plain."""
        found = _match(self.plain, text, start, stop)
        if found.end() < stop:
            return Passed(start, 0, 0, plain=False)
        lines = text.count(b"\n", start, stop)
        return Passed(stop, lines, lines, plain=True)

    def pass_records(self, text: bytes, start: int, stop: int) -> Passed:
        """Pass records from a record's beginning to a line start at most."""
        found = _match(self.records, text, start, stop)
        end = found.end()
        lines = text.count(b"\n", start, end)
        if found.group("damaged"):
            return Passed(end, len(self.record.findall(text, start, end)), lines, plain=False)
        if not found.group("lines"):
            return Passed(end, lines, lines, plain=True)
        if found.group("stray"):
            return Passed(end, len(self.record.findall(text, start, end)), lines, plain=False)
        inside = _inside(text[start:end].translate(None, _NEITHER_QUOTE_NOR_LINE_FEED))
        return Passed(end, lines - inside, lines, plain=False)


def _last_record(text: bytes, start: int, stop: int) -> int:
    """Return where the last record begins from `start` to `stop`, which is outside of quotes; all quotes are sound."""
    at, inside = stop, 0
    while (line_feed := text.rfind(b"\n", start, at)) >= 0:
        inside ^= text.count(b'"', line_feed, at) & 1
        if not inside:
            return line_feed + 1
        at = line_feed
    return start


def _each_line_is_closed(marks: bytes) -> bool:
    """Return whether there is an even number of quotes in each line, of which no quote is in the middle of a field."""
    return not any(len(quotes) & 1 for quotes in marks.split(b"\n"))


def _inside(marks: bytes) -> int:
    """Return how many line feeds are inside of quotes, none of which is in the middle of a field."""
    # Two quotes with no line feed between them make no difference to what is inside.
    return b"".join(marks.replace(b'""', b"").split(b'"')[1::2]).count(b"\n")


def _match(expression: re.Pattern[bytes], text: bytes, start: int, stop: int) -> re.Match[bytes]:
    found = expression.match(text, start, stop)
    if found is None:
        raise AssertionError("an expression that matches nothing, too, has not matched")
    return found


@cache
def sound_text(delimiter: str) -> SoundText:
    """Return the expressions of CSV with a delimiter."""
    mark = re.escape(delimiter.encode())
    at_field, in_field = rb"(?<=[" + mark + rb"\n])", rb"(?<![" + mark + rb'\n\r"])'
    # Neighbouring quoted fields: four at a time, because a turn takes as long as a short field does. Bytes that are not
    # a quote are passed three times as fast as bytes that are neither of two.
    between = rb'"' + mark + rb'"[^"]*+'
    fields = rb"(?:" + between * 4 + rb")*+(?:" + between + rb")*+"
    doubled = rb'""[^"]*+'
    neighbours = rb'"[^"]*+' + fields + rb"(?:" + doubled + fields + rb')*+"'
    # Neighbouring quoted fields; then the record ends, or what follows is a field without quotes.
    quoted = rb'(?:"[^"\n]*+(?:(?P<lines>\n)[^"]*+)?+"' + mark + rb"?+)++"
    ended = rb"(?:(?<=" + mark + rb")|(?=\r*+\n))"
    stray = in_field + rb'(?P<stray>")"*+'
    field = rb"(?:" + at_field + quoted + ended + rb"|" + stray + rb")"
    record = rb'[^"\n]*+(?:' + field + rb'[^"\n]*+)*+\n'
    # A line with a quote that is closed in the middle of a field, or that the next single quote closes in the middle
    # of a field further down.
    single = rb'(?:"[^"\n]*+"' + mark + rb"?+)"
    closed = rb"(?:" + at_field + single + rb"++" + ended + rb"|" + in_field + rb'"++)'
    sound = rb'[^"\n]*+(?:' + closed + rb'[^"\n]*+)*+'
    wrongly = rb"(?!" + mark + rb"|\r*+\n)"
    broken = single + rb'++(?!")(?<=")' + wrongly + rb"[^\n]*+"
    opened = single + rb'*+"[^"\n]*+(?=\n[^"]*+(?:""[^"]*+)*+"(?!")' + wrongly + rb")"
    damaged = sound + at_field + rb"(?P<damaged>" + broken + rb"|" + opened + rb")\n"
    one = rb"(?:" + record + rb"|" + damaged + rb")"
    return SoundText(
        quoted=re.compile(rb'[^"]*+(?:' + at_field + neighbours + rb"(?=" + mark + rb'|\r*+\n)[^"]*+)*+'),
        plain=re.compile(rb'[^"]*+(?:' + closed + rb'[^"]*+)*+'),
        records=re.compile(one + rb"*+"),
        record=re.compile(re.sub(rb"\?P<\w+>", b"?:", one)),
    )

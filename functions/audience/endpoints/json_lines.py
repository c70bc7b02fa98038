"""The lines of a file that are alike but for their values (audience.endpoints.line_pattern)."""

from collections.abc import Mapping, Sequence
from typing import Any

from audience.endpoints.json_plan import JsonPlans
from audience.endpoints.line_pattern import LinePattern
from audience.endpoints.text_rows import TextRow

# A pattern costs as much as some hundred rows: it is made of a line when so many before it have matched none.
_MISSES = 64
_MOST_PATTERNS = 4
# Patterns that are made for one file: where lines are of many kinds, looking for those that match one does not pay.
_MOST_MADE = 16


class JsonLines:
    """The patterns of a file's lines."""

    def __init__(self, plans: JsonPlans) -> None:
        """Keep what knows the fields of lines."""
        self._plans = plans
        self._patterns: list[LinePattern] = []
        self._misses = 0
        self._hits = 0
        self._made = 0

    def row(self, record: bytes, application_id: str) -> TextRow | None:
        """Return the row of a line; None where no pattern matches it, or something may be wrong with it."""
        if not self._patterns:
            return None
        if not record.isascii():
            try:
                record.decode()
            except UnicodeDecodeError:
                return None
        for pattern in self._patterns:
            row = pattern.row(record, application_id)
            if row is not None:
                self._hits += 1
                return row
        return None

    def rows(self, records: Sequence[bytes], application_id: str) -> list[TextRow]:
        """Return the rows of lines up to the first that no pattern matches, or that has to be merged by itself.

        That is one which is not enough to make an endpoint, or has attributes of a user that it does not name.
        """
        if not self._patterns:
            return []
        rows: list[TextRow] = []
        for record in records:
            row = self.row(record, application_id)
            if row is None or not row.creates or (row.user_attributes and not row.user_id):
                break
            rows.append(row)
        return rows

    def missed(self, record: bytes, document: Mapping[str, Any]) -> None:
        """Note a line that nothing is wrong with and no pattern matched: one may be made of it."""
        self._misses += 1
        if self._misses < _MISSES:
            return
        no_more = len(self._patterns) >= _MOST_PATTERNS or self._made >= _MOST_MADE
        if no_more and self._hits < self._misses:
            self._patterns.clear()
        self._misses = self._hits = 0
        if len(self._patterns) < _MOST_PATTERNS and self._made < _MOST_MADE:
            self._made += 1
            self._learn(record, document)

    def _learn(self, record: bytes, document: Mapping[str, Any]) -> None:
        fields = self._plans.fields(document)
        if fields is not None and (pattern := LinePattern.of(record, document, fields)) is not None:
            self._patterns.append(pattern)

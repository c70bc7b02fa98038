"""Values that were checked before: most cells of a column repeat, as countries, channels and dates do."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from math import isfinite

import orjson

from audience.endpoints.fields import LARGEST, MAX_TEXT, METRICS, NUMBERS, SMALLEST, TEXTS, number, some_text
from audience.endpoints.rows import RowInvalidError

# Values that are remembered of a field; a file of which each row has another begins anew after so many.
MOST_VALUES = 4096


class KnownValues(dict[str | float, str | float]):
    """The values of a field by what stands in a file; what is new is checked when it is asked for."""

    def __init__(self, check: Callable[[str, str], str | float]) -> None:
        """Keep what checks a value."""
        super().__init__()
        self.check = check

    def __missing__(self, given: str | float) -> str | float:
        """Check a value.

        Raises:
            RowInvalidError: the field may not have it; the message names no field.
        """
        found = self.check("", given)  # type: ignore[arg-type]
        if isinstance(given, str) and len(given) > MAX_TEXT:
            return found
        if len(self) >= MOST_VALUES:
            self.clear()
        self[given] = found
        return found


_METRICS = KnownValues(number)
_FIXED = {
    **{name: KnownValues(check) for name, check in TEXTS.items() if check is not some_text},
    **{name: KnownValues(check) for name, check in NUMBERS.items()},
}


def known_values(field: str) -> KnownValues | None:
    """Return the known values of a field that is no attribute; None where it may be any text but the empty one."""
    return _METRICS if field.startswith(METRICS) else _FIXED.get(field)


class KnownTexts(dict[bytes, bytes]):
    """The values of a field as they stand in JSON, by the cells as they do (audience.endpoints.cell_columns)."""

    def __init__(self, check: Callable[[str, str], str | float]) -> None:
        """Keep what checks a value; an empty cell has none."""
        super().__init__({b"": b""})
        self._check = check

    def __missing__(self, cell: bytes) -> bytes:
        """Check a value.

        Raises:
            RowInvalidError: the field may not have it.
        """
        text = self._text(cell)
        if len(cell) > MAX_TEXT:
            return text
        if len(self) >= MOST_VALUES:
            self.clear()
            self[b""] = b""
        self[cell] = text
        return text

    def of(self, column: Sequence[bytes]) -> list[bytes]:
        """Return the values of cells, up to the first one that the field may not have."""
        values: list[bytes] = []
        with suppress(RowInvalidError):  # the values above it are there
            values += map(self.__getitem__, column)
        return values

    def _text(self, cell: bytes) -> bytes:
        given = orjson.loads(b'"%b"' % cell) if b"\\" in cell else cell.decode()
        return orjson.dumps(self._check("", given)).strip(b'"')


class _KnownNumbers(KnownTexts):
    """The known texts of a metric: of many a file each row has another number."""

    def of(self, column: Sequence[bytes]) -> list[bytes]:
        """Return the values of cells as KnownTexts does; numbers as nearly all are, without a look at each."""
        try:
            numbers = [*map(float, column)]
        except ValueError:  # also of an empty cell
            return super().of(column)
        sizes = [*filter(None, map(abs, numbers))]
        usual = sizes and SMALLEST <= min(sizes) <= max(sizes) <= LARGEST
        if not (usual and all(map(isfinite, numbers))) or b"_" in b"".join(column):
            return super().of(column)
        return orjson.dumps([number + 0.0 for number in numbers])[1:-1].split(b",")

    def _text(self, cell: bytes) -> bytes:
        try:
            found = float(cell)
        except ValueError:
            return super()._text(cell)
        if SMALLEST <= abs(found) <= LARGEST and b"_" not in cell:
            return orjson.dumps(found)
        return super()._text(cell)


def known_texts(field: str) -> KnownTexts | None:
    """Return the known values of a field as they stand in JSON; None where it may be any text but the empty one."""
    known = known_values(field)
    if known is None:
        return None
    return _KnownNumbers(known.check) if known is _METRICS else KnownTexts(known.check)

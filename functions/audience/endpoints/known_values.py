"""Values that were checked before: most cells of a column repeat, as countries, channels and dates do."""

from collections.abc import Callable

from audience.endpoints.fields import MAX_TEXT, METRICS, NUMBERS, TEXTS, number, some_text

# Values that are remembered of a field; a file of which each row has another begins anew after so many.
MOST_VALUES = 4096


class KnownValues(dict[str | float, str | float]):
    """The values of a field by what stands in a file; what is new is checked when it is asked for."""

    def __init__(self, check: Callable[[str, str], str | float]) -> None:
        """Keep what checks a value."""
        super().__init__()
        self._check = check

    def __missing__(self, given: str | float) -> str | float:
        """Check a value.

        Raises:
            RowInvalidError: the field may not have it; the message names no field.
        """
        found = self._check("", given)  # type: ignore[arg-type]
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

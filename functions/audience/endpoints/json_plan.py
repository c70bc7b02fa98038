"""The rows of JSON whose members have the same names, as long as nothing is wrong with them.

See `audience.endpoints.row_plan`. What members mean is asked once for a set of names, of what reads them one by one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from audience.endpoints.cells import Constants
from audience.endpoints.fields import (
    ATTRIBUTES,
    MAX_TEXT,
    MAX_VALUES,
    METRICS,
    NUMBERS,
    USER_ATTRIBUTES,
    is_name,
)
from audience.endpoints.known_values import known_values
from audience.endpoints.row_plan import Columns, RowPlan
from audience.endpoints.rows import Row, RowInvalidError

# A plan costs as much as ten rows without one and some ten times the memory of its row: one is made for names that come
# a second time, until the rows of all plans have so many bytes.
_MOST_BYTES = 1 << 19
_MOST_SEEN = 10_000
# User.UserAttributes.Name: no member of an endpoint is in more objects.
DEPTH = 3
# An integer of fewer digits has one spelling in JSON, except for 0 (audience.exact_numbers).
_ONE_SPELLING = 10**15
_NUMERIC = frozenset({float, int, str})
# The only object of an endpoint that is in another one.
_OBJECT_INSIDE = "UserAttributes"
# A member of each line of a failure file (audience.imports.failures), which is no row itself.
_REASON = "Reason"

# The names of members; for an object a tuple of its own name and those in it.
Shape = tuple[Any, ...]
Path = tuple[str, ...]
# Returns the field that a member at this path is, empty for one that is left out; None if that is not certain.
FieldAt = Callable[[Path], str | None]


class JsonPlans:
    """The plans of a job's JSON, one for each set of names."""

    def __init__(
        self, field_at: FieldAt, is_object: Callable[[Path], bool], constants: Constants | None
    ) -> None:
        """Keep what says which field a member is and where objects may be, and what rows get beside their fields."""
        self._field_at = field_at
        self._is_object = is_object
        self._constants = constants
        self._plans: dict[Shape, _JsonPlan | None] = {}
        self._seen: set[int] = set()  # hashes of the names of rows
        self._bytes = 0  # of the rows that plans were made for

    def row(self, document: Mapping[str, Any], length: int, application_id: str) -> Row | None:
        """Return the row of a record of `length` bytes; None where something may be wrong with it."""
        if _REASON in document:
            return None
        shape, values = _flat(document, DEPTH)
        plan = self._plans.get(shape)
        row = plan.row(values, length, application_id) if plan else None
        if row is not None:
            return row
        # Members may be null, or objects at odd places.
        shape_given, values = _given(document, DEPTH)
        if plan and shape_given == shape:
            return None
        plan = self._plan_of(shape_given, length)
        return plan.row(values, length, application_id) if plan else None

    def fields(self, document: Mapping[str, Any]) -> Sequence[str] | None:
        """Return the fields of a record's members that are neither null nor objects, if its row has no others."""
        plan = self._plans.get(_given(document, DEPTH)[0])
        return plan.fields if plan and not self._constants else None

    def _plan_of(self, shape: Shape, length: int) -> "_JsonPlan | None":
        seen = hash(shape)
        if shape not in self._plans and seen in self._seen and self._bytes + length <= _MOST_BYTES:
            self._bytes += length
            self._plans[shape] = self._planned(shape)
        elif len(self._seen) < _MOST_SEEN:
            self._seen.add(seen)
        return self._plans.get(shape)

    def _planned(self, shape: Shape) -> "_JsonPlan | None":
        fields: list[str] = []
        for path, is_object in _paths(shape, ()):
            if is_object:
                if not self._is_object(path):
                    return None
                continue
            field = self._field_at(path)
            if field is None or not is_name(field):
                return None
            fields.append(field)
        known = [field for field in fields if field]
        return _JsonPlan(fields, self._constants) if len({*known}) == len(known) else None


def _flat(members: Mapping[str, Any], depth: int) -> tuple[Shape, list[Any]]:
    """Return the names of the members, and the values of all that are no objects, or are deep in others."""
    shape: list[Any] = []
    values: list[Any] = []
    for name, value in members.items():
        if type(value) is not dict:
            shape.append(name)
            values.append(value)
        elif depth > 1 and _OBJECT_INSIDE in value:
            names, inner = _flat(value, depth - 1)
            shape.append((name, *names))
            values += inner
        else:
            shape.append((name, *value))
            values += value.values()
    return tuple(shape), values


def _given(members: Mapping[str, Any], depth: int) -> tuple[Shape, list[Any]]:
    """Return what `_flat` does, of objects at any place and without members that are null."""
    shape: list[Any] = []
    values: list[Any] = []
    for name, value in members.items():
        if type(value) is dict and depth > 1:
            names, inner = _given(value, depth - 1)
            shape.append((name, *names))
            values += inner
        elif value is not None:
            shape.append(name)
            values.append(value)
    return tuple(shape), values


def _paths(shape: Shape, above: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the path of each member, before those in it, and whether it is an object."""
    for member in shape:
        if isinstance(member, str):
            yield (*above, member), False
        else:
            path = (*above, member[0])
            yield path, True
            yield from _paths(member[1:], path)


class _JsonPlan:
    def __init__(self, fields: Sequence[str], constants: Constants | None) -> None:
        self.fields = fields
        places = {field: place for place, field in enumerate(fields) if field}
        self._limits = RowPlan.of(places, constants)
        known = {
            place: found for field, place in places.items() if (found := known_values(field)) is not None
        }
        of_user = {field: place for field, place in places.items() if field.startswith(USER_ATTRIBUTES)}
        own = {field: place for field, place in places.items() if field not in of_user and field != "Id"}
        lists = {field: place for field, place in own.items() if field.startswith(ATTRIBUTES)} | of_user
        numbers = {
            field: place for field, place in own.items() if field in NUMBERS or field.startswith(METRICS)
        }
        texts = {
            field: place for field, place in places.items() if field not in lists.keys() | numbers.keys()
        }
        self._id, self._user = places.get("Id", -1), places.get("User.UserId", -1)
        self._lists = [*lists.values()]
        self._numbers = [(place, known[place]) for place in numbers.values()]
        self._checked = [(place, known[place]) for place in texts.values() if place in known]
        self._texts, self._own, self._of_user = Columns(texts), Columns(own), Columns(of_user)

    def row(self, values: list[Any], length: int, application_id: str) -> Row | None:
        if not self._are_texts(values) or not self._are_lists(values):
            return None
        endpoint_id = values[self._id] if self._id >= 0 else ""
        user_id = values[self._user] if self._user >= 0 else ""
        try:
            for place, known in self._checked:
                values[place] = known[values[place]]
            for place, known in self._numbers:
                if type(values[place]) not in _NUMERIC:  # True would be found as 1
                    return None
                values[place] = known[values[place]]
        except RowInvalidError:
            return None
        fields, user_attributes = self._own.values(values), self._of_user.values(values)
        return self._limits.row(length, application_id, endpoint_id, user_id, fields, user_attributes)

    def _are_texts(self, values: list[Any]) -> bool:
        """Return whether all texts are some, once integers have become theirs."""
        texts = self._texts.of(values)
        try:
            "".join(texts)  # the quickest way to learn that each of them is a text
            return all(texts)
        except TypeError:
            pass
        for place in self._texts.places:
            value = values[place]
            if type(value) is int and value and abs(value) < _ONE_SPELLING:
                values[place] = str(value)
            elif type(value) is not str or not value:
                return False
        return True

    def _are_lists(self, values: list[Any]) -> bool:
        """Return whether all attributes are lists of texts within their limits, once a text alone has become one."""
        for place in self._lists:
            given = values[place]
            if type(given) is str:
                given = values[place] = [given]
            elif type(given) is not list or len(given) > MAX_VALUES:
                return False
            for value in given:
                if type(value) is not str or len(value) > MAX_TEXT:
                    return False
        return True

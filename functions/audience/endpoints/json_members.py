"""What the members of JSON files and requests are: fields of an endpoint, groups of them, or none of an endpoint."""

from typing import Any

from audience.endpoints.cells import Constants
from audience.endpoints.columns import FIXED, PREFIXES, ColumnRules, field_of
from audience.endpoints.fields import IGNORED
from audience.endpoints.json_lines import JsonLines
from audience.endpoints.json_plan import JsonPlans, Path
from audience.endpoints.near_columns import near_field
from audience.ignored_names import IgnoredNames

GROUPS = frozenset({"Location", "Demographic", "User"})
CUSTOM = {prefix.removesuffix("."): prefix for prefix in PREFIXES}
FIXED_FIELDS = frozenset(FIXED)
MEMBERS = FIXED_FIELDS | IGNORED | GROUPS | CUSTOM.keys()
_BY_LOWER_CASE = {name.lower(): name for name in MEMBERS}


class JsonMembers:
    """What the members of a job's JSON files are, and the names of those that were ignored."""

    def __init__(self, rules: ColumnRules, *, any_case: bool = True) -> None:
        """Keep what the job says of its columns, and whether members are known in any case."""
        self.columns = rules.columns
        self.parents = {name[:at] for name in rules.columns for at, sign in enumerate(name) if sign == "."}
        self.constants = Constants(rules.constants) if rules.constants else None
        self.filled = rules.constants.keys()
        self.fail_unknown = rules.fail_unknown
        self.ignored = IgnoredNames()
        self._any_case = any_case
        self.plans = JsonPlans(self._field_at, self._is_object, self.constants)
        self.lines = JsonLines(self.plans)

    def name_of(self, path: str) -> str:
        """Return what a member names in an endpoint; itself if it is unknown."""
        return _BY_LOWER_CASE.get(path.lower(), path) if self._any_case and path not in MEMBERS else path

    def _field_at(self, path: Path) -> str | None:
        """Return the field at a path of names, empty where it is left out; None where its value has to be seen."""
        mapped = self.columns.get(".".join(path))
        if mapped is not None:
            return mapped if mapped in {"", *FIXED_FIELDS} or mapped.startswith(PREFIXES) else None
        name = self.name_of(path[0])
        if "." in path[0] or (len(path) > 1 and ".".join(path[:-1]) in self.parents - GROUPS):
            return None
        if len(path) == 1 and name not in MEMBERS:
            return self._left_out(name)
        if len(path) > 1 and name in GROUPS:
            name, path = self.name_of(f"{path[0]}.{path[1]}"), path[1:]
        if len(path) == 1:
            return "" if name in IGNORED else name if name in FIXED_FIELDS else None
        return f"{CUSTOM[name]}{path[1]}" if name in CUSTOM else None

    def _left_out(self, name: str) -> str | None:
        """Note the name of a member that is none of an endpoint; None where it fails its row, or may do so."""
        if self.fail_unknown or near_field(name, ()):
            return None
        self.ignored.add(name)
        return ""

    def _is_object(self, path: Path) -> bool:
        """Return whether the members at a path of names are those of an object."""
        dotted = ".".join(path)
        if dotted in self.columns or any("." in part for part in path):
            return False
        name = self.name_of(dotted)
        return name in CUSTOM or (name in GROUPS and len(path) == 1) or dotted in self.parents

    def meant_by(self, path: str, value: Any, present: set[str]) -> str:
        """Return which member an unknown one probably means, or the empty string."""
        if not self._any_case:
            return ""
        inner = next(iter(value), "") if isinstance(value, dict) else ""
        if "." in path and field_of(path):
            return field_of(path)
        return near_field(f"{path}.{inner}" if inner else path, present)

"""What docs/data-model.md says of both tables and the bucket."""

import re
from dataclasses import dataclass
from pathlib import Path

from audience.layout.control_table import ItemKind

DOCUMENT = Path(__file__).parents[1] / "docs" / "data-model.md"


@dataclass(frozen=True)
class DocumentedKind:
    """A line of one of the tables; `removed` is its last column."""

    kind: ItemKind
    attributes: frozenset[str]
    removed: str

    def has(self, attribute: str) -> bool:
        """Whether items of the kind may have an attribute; `{name}` in a documented one stands for a value."""
        patterns = (re.sub(r"\\\{.*?\\\}", ".+", re.escape(each)) for each in self.attributes)
        return any(re.fullmatch(pattern, attribute) for pattern in patterns)


@dataclass(frozen=True)
class DocumentedKeys:
    """A line of the bucket's table: the format of its keys, where `…` is any rest."""

    key_format: str

    def matches(self, key: str) -> bool:
        pattern = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(self.key_format))
        return re.fullmatch(pattern.replace("…", ".+"), key) is not None


def control_table() -> dict[str, DocumentedKind]:
    return _kinds("Control table")


def endpoints_table() -> dict[str, DocumentedKind]:
    return _kinds("Endpoints table")


def bucket() -> dict[str, DocumentedKeys]:
    return {_code(cells[0]): DocumentedKeys(_code(cells[1])) for cells in _rows("Bucket")}


def _kinds(title: str) -> dict[str, DocumentedKind]:
    return {
        _code(name): DocumentedKind(
            ItemKind(_code(partition), _code(sort)), frozenset(re.findall("`(.+?)`", attributes)), removed
        )
        for name, partition, sort, attributes, _, _, removed in _rows(title)
    }


def _rows(title: str) -> list[list[str]]:
    section = DOCUMENT.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _code(cell: str) -> str:
    return cell.strip("`")

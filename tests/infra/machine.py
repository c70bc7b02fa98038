"""Reads a state machine: its states, the children of its map included, and the ways between them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from infra.names import STATE_MACHINES_FOLDER
from infra.state_machines import STATE_MACHINES

State = dict[str, Any]


@dataclass(frozen=True)
class Machine:
    text: str
    states: dict[str, State]

    @classmethod
    def load(cls, name: str) -> Self:
        text = (STATE_MACHINES_FOLDER / STATE_MACHINES[name].file).read_text()
        return cls(text, dict(_states(json.loads(text))))

    @property
    def placeholders(self) -> set[str]:
        return set(re.findall(r"\$\{(\w+)}", self.text))

    def of_type(self, kind: str) -> dict[str, State]:
        return {name: state for name, state in self.states.items() if state["Type"] == kind}

    def ends(self, name: str) -> set[str]:
        """The types of the states in which a walk from this state can end."""
        seen: set[str] = set()
        ahead = [name]
        while ahead:
            here = ahead.pop()
            if here not in seen:
                seen.add(here)
                ahead += ways(self.states[here])
        return {self.states[one]["Type"] for one in seen if not ways(self.states[one])}


def folder_of(state: str) -> str:
    """The folder of a task: "Import Piece" -> import_piece."""
    return state.lower().replace(" ", "_")


def ways(state: State) -> list[str]:
    """Where a state can go when it does not fail."""
    ahead = [state.get("Next"), state.get("Default"), *(one["Next"] for one in state.get("Choices", []))]
    return [one for one in ahead if one is not None]


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, State]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from _states(state["ItemProcessor"])

"""The control table: each kind of item with the formats of its keys.

Stores, the removal of apps and the documentation (docs/data-model.md) take them from here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any

Key = dict[str, str]

# What a value may be where a key is read; whatever is not listed has no `#` in it.
_VALUES = {
    "kind": "IMPORT|EXPORT|PROFILE_EXPORT|ATTRIBUTE_REMOVAL",
    "organisation": ".+",
    "sandbox": ".+",
    "endpoint_id": "(?s:.+)",
    "user_id": "(?s:.+)",
    "event_id": "(?s:.+)",
    "key": ".+",  # a client's Idempotency-Key
}
_DIGITS = {"d": "[0-9]", "x": "[0-9a-f]"}


@dataclass(frozen=True)
class ItemKind:
    """One kind of item: the formats of its partition key and its sort key; `{name}` stands for a value."""

    partition_format: str
    sort_format: str

    def partition(self, **values: object) -> str:
        """Return the partition key for these values.

        Raises:
            KeyError: a value of the format is missing.
        """
        return self.partition_format.format(**values)

    def sort(self, **values: object) -> str:
        """Return the sort key for these values.

        Raises:
            KeyError: a value of the format is missing.
        """
        return self.sort_format.format(**values)

    def key(self, **values: object) -> Key:
        """Return the primary key for these values.

        Raises:
            KeyError: a value of the formats is missing.
        """
        return {"pk": self.partition(**values), "sk": self.sort(**values)}

    def values_of(self, item: Mapping[str, Any]) -> dict[str, str] | None:
        """Return the values, as text, that an item's key was made of; None where it is of another kind."""
        found = self._pattern.fullmatch(f"{item['pk']}\n{item['sk']}")
        return found.groupdict() if found else None

    @property
    def prefix(self) -> str:
        """Return what all sort keys of the kind begin with."""
        return self.sort_format.partition("{")[0]

    @cached_property
    def partition_names(self) -> frozenset[str]:
        """Return the names of the values in the partition key."""
        return frozenset(name for _, name, _ in _parts(self.partition_format) if name)

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the names of the values in both keys."""
        return self.partition_names | {name for _, name, _ in _parts(self.sort_format) if name}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        seen: set[str] = set()
        text = ""
        for literal, name, digits in _parts(f"{self.partition_format}\n{self.sort_format}"):
            text += re.escape(literal)
            if name:
                value = _VALUES.get(name, "[^#\n]+")
                value = f"{_DIGITS[digits[-1]]}{{{int(digits[:-1])}}}" if digits else value
                text += f"(?P={name})" if name in seen else f"(?P<{name}>{value})"
                seen.add(name)
        return re.compile(text)


def _parts(key_format: str) -> Iterator[tuple[str, str, str]]:
    """Return the parts of a format: text, the name of the value after it, and its digits (`08d`)."""
    for literal, name, digits, _ in Formatter().parse(key_format):
        yield literal, name or "", digits or ""


# Apps, and what belongs to one app as a whole.
APP = ItemKind("APPS", "{application_id}")
APPLICATION_SETTINGS = ItemKind("APP#{application_id}", "SETTINGS")
ATTRIBUTE_NAMES = ItemKind("APP#{application_id}", "ATTRIBUTE_NAMES")
PENDING_REMOVAL = ItemKind("REMOVAL", "{application_id}")
REMOVED_JOB = ItemKind("REMOVAL#{application_id}", "{job_id}")

# Jobs. `kind` is IMPORT, EXPORT, PROFILE_EXPORT or ATTRIBUTE_REMOVAL; `owner` is the job, or the evaluation before it.
JOB = ItemKind("APP#{application_id}", "{kind}#{job_id}")
ACTIVE_JOB = ItemKind("ACTIVE", "{job_id}")
PIECE = ItemKind("PIECES#{owner}", "{index:08d}")
RUNNING_IMPORTS = ItemKind("RUNNING", "IMPORT")
# What became of an `Idempotency-Key`: the job it is for, the answer once there is one.
IDEMPOTENCY_KEY = ItemKind("APP#{application_id}", "IDEMPOTENCY#{kind}#{key}")

# Segments.
SEGMENT = ItemKind("APP#{application_id}", "SEGMENT#{segment_id}")
SEGMENT_VERSION = ItemKind("APP#{application_id}#SEGMENT#{segment_id}", "VERSION#{version:010d}")
SEGMENT_JOB = ItemKind("APP#{application_id}#SEGMENT#{segment_id}", "{kind}#{job_id}")
SEGMENT_HISTORY = ItemKind("APP#{application_id}#SEGMENT#{segment_id}", "MEMBERSHIP")

# Experience Platform's API.
TENANT = ItemKind("TENANT#{organisation}", "SANDBOX#{sandbox}")
TENANT_OF_APP = ItemKind("APP#{application_id}", "TENANT")
DATASET = ItemKind("APP#{application_id}", "DATASET#{dataset_id}")
MERGE_POLICY = ItemKind("APP#{application_id}", "MERGE_POLICY#{policy_id}")
DEFAULT_MERGE_POLICY = ItemKind("APP#{application_id}", "DEFAULT_MERGE_POLICY")
EXPORT_JOB_COUNTER = ItemKind("COUNTER", "EXPORT_JOBS")
NUMBERED_JOB = ItemKind("EXPORT_JOBS#{organisation}#{sandbox}", "JOB#{number:018d}")

# The deployment's own.
PAGING_SECRET = ItemKind("SECRET", "PAGING")

# Which kinds are removed with what: each one is in exactly one of these (tests/unit/layout).
OF_AN_APP = (
    APP,
    APPLICATION_SETTINGS,
    ATTRIBUTE_NAMES,
    JOB,
    IDEMPOTENCY_KEY,
    SEGMENT,
    TENANT,
    TENANT_OF_APP,
    DATASET,
    MERGE_POLICY,
    DEFAULT_MERGE_POLICY,
)
OF_A_SEGMENT = (SEGMENT_VERSION, SEGMENT_JOB, SEGMENT_HISTORY)
OF_A_JOB = (ACTIVE_JOB, PIECE, NUMBERED_JOB)
OF_A_REMOVAL = (PENDING_REMOVAL, REMOVED_JOB)
OF_THE_DEPLOYMENT = (RUNNING_IMPORTS, EXPORT_JOB_COUNTER, PAGING_SECRET)


def app_partition(application_id: str) -> str:
    """Return the partition that holds what belongs to an app as a whole: its jobs, segments and settings."""
    return SEGMENT.partition(application_id=application_id)


def segment_partition(application_id: str, segment_id: str) -> str:
    """Return the partition that holds what belongs to one segment: its versions, its jobs, its history."""
    return SEGMENT_VERSION.partition(application_id=application_id, segment_id=segment_id)

"""The control table: each kind of item with the formats of its keys.

Stores, the removal of apps and the documentation (docs/data-model.md) take them from here.
"""

from dataclasses import dataclass

Key = dict[str, str]


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

    @property
    def prefix(self) -> str:
        """Return what all sort keys of the kind begin with."""
        return self.sort_format.partition("{")[0]


# Apps, and what belongs to one app as a whole.
APP = ItemKind("APPS", "{application_id}")
ATTRIBUTE_NAMES = ItemKind("APP#{application_id}", "ATTRIBUTE_NAMES")
PENDING_REMOVAL = ItemKind("REMOVAL", "{application_id}")
REMOVED_JOB = ItemKind("REMOVAL#{application_id}", "{job_id}")

# Jobs. `kind` is IMPORT, EXPORT or PROFILE_EXPORT; `owner` is the job, or the evaluation before it.
JOB = ItemKind("APP#{application_id}", "{kind}#{job_id}")
ACTIVE_JOB = ItemKind("ACTIVE", "{job_id}")
PIECE = ItemKind("PIECES#{owner}", "{index:08d}")
RUNNING_IMPORTS = ItemKind("SLOTS", "IMPORT")
ANSWER = ItemKind("APP#{application_id}", "IDEMPOTENCY#{kind}#{digest}")

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


def app_partition(application_id: str) -> str:
    """Return the partition that holds what belongs to an app as a whole: its jobs, segments and settings."""
    return SEGMENT.partition(application_id=application_id)


def segment_partition(application_id: str, segment_id: str) -> str:
    """Return the partition that holds what belongs to one segment: its versions, its jobs, its history."""
    return SEGMENT_VERSION.partition(application_id=application_id, segment_id=segment_id)

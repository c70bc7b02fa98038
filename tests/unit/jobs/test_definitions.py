"""What a job is to do is read from its record as it was written there, and clients see the members they know."""

import pytest

from audience.attribute_removals.definition import RemovalDefinition
from audience.exports.definition import ExportDefinition
from audience.imports.definition import ImportDefinition
from audience.profiles.definition import (
    EventListDefinition,
    PolicyDefinition,
    ProfileExportDefinition,
    SegmentDefinition,
)

IMPORT = ImportDefinition("s3://b/k", "role", "id", "CSV", register_endpoints=True, define_segment=False)
REMOVAL = RemovalDefinition("endpoint-user-attributes", ("a*",), ("a1", "a2"))
EXPORT = ExportDefinition("s3://b/k/", "role")
POLICY = PolicyDefinition("m", 1, "pdg", "dataSetPrecedence", ("d1", "d2"))
PROFILE_EXPORT = ProfileExportDefinition(
    fields="identityMap",
    merge_policy=POLICY,
    segments=(SegmentDefinition("s1", ("exited", "realized")),),
    qualified_from=1,
    qualified_to=None,
    ingested_after=3,
    empty_profiles=True,
    event_list=EventListDefinition(None, 4, None),
    dataset_id="d1",
    format="parquet",
    segment_per_batch=True,
    batches=("b1",),
    evaluate=False,
    memberships=True,
)


@pytest.mark.parametrize(
    "definition",
    [
        IMPORT,
        ImportDefinition("s3://b", "", "", "JSON", False, True, "s1", "name", dry_run=True, dataset_id="d"),
        EXPORT,
        ExportDefinition("s3://b/", "", "s1", 3),
        PROFILE_EXPORT,
        REMOVAL,
    ],
)
def test_a_definition_is_read_as_it_was_written(
    definition: ImportDefinition | ExportDefinition | ProfileExportDefinition | RemovalDefinition,
) -> None:
    assert type(definition).from_document(definition.to_document()) == definition


def test_members_that_a_request_left_out_are_not_shown() -> None:
    assert IMPORT.to_document() == {
        "S3Url": "s3://b/k",
        "RoleArn": "role",
        "ExternalId": "id",
        "Format": "CSV",
        "RegisterEndpoints": True,
        "DefineSegment": False,
    }
    assert EXPORT.to_document() == {"S3UrlPrefix": "s3://b/k/", "RoleArn": "role"}


def test_a_dry_run_makes_no_version_of_a_segment() -> None:
    defines = ImportDefinition("s3://b", "", "", "CSV", register_endpoints=True, define_segment=True)
    dry = ImportDefinition(
        "s3://b", "", "", "CSV", register_endpoints=True, define_segment=True, dry_run=True
    )
    assert (defines.publishes, dry.publishes, IMPORT.publishes) == (True, False, False)

"""docs/data-model.md names each kind of item and each prefix of the layout, with its keys."""

from audience.layout import bucket, control_table, endpoints_table
from audience.layout.control_table import ItemKind
from tests import data_model

APP, JOB, SEGMENT, DATASET = "{application_id}", "{job_id}", "{segment_id}", "{dataset_id}"
REMOVED_WITH = {
    "app": control_table.OF_AN_APP,
    "segment": control_table.OF_A_SEGMENT,
    "job": control_table.OF_A_JOB,
    "removal": control_table.OF_A_REMOVAL,
    "never": control_table.OF_THE_DEPLOYMENT,
}


def test_the_kinds_and_keys_of_the_control_table_are_those_of_the_layout() -> None:
    kinds = {name: kind for name, kind in vars(control_table).items() if isinstance(kind, ItemKind)}
    assert {name: each.kind for name, each in data_model.control_table().items()} == kinds


def test_what_removes_an_item_is_what_the_layout_says_it_belongs_to() -> None:
    for name, each in data_model.control_table().items():
        (word,) = (word for word, kinds in REMOVED_WITH.items() if each.kind in kinds)
        assert word in each.removed, name


def test_the_kinds_and_keys_of_the_endpoints_table_are_those_of_the_layout() -> None:
    assert {name: each.kind for name, each in data_model.endpoints_table().items()} == endpoints_table.KINDS


def test_the_prefixes_and_keys_of_the_bucket_are_those_of_the_layout() -> None:
    prefixes = {name: value for name, value in vars(bucket).items() if name.isupper() and type(value) is str}
    formats = {name: each.key_format for name, each in data_model.bucket().items()}
    assert formats == {
        "WORK": f"{bucket.work_prefix(APP, JOB)}…",
        "JOBS": f"{bucket.job_prefix(APP, JOB)}…",
        "SEGMENTS": f"{bucket.segment_prefix(APP, SEGMENT)}…",
        "UPLOADS": f"{bucket.of_app(bucket.UPLOADS, APP)}…",
        "EXPORTS": f"{bucket.of_app(bucket.EXPORTS, APP)}…",
        "DATASETS": f"{bucket.dataset_prefix(APP, DATASET)}…",
        "EXECUTIONS": f"{bucket.EXECUTIONS}…",
    }
    assert formats.keys() == prefixes.keys()
    assert all(formats[name].startswith(prefix) for name, prefix in prefixes.items())


def test_the_functions_for_keys_make_the_keys_that_the_kinds_describe() -> None:
    kinds = endpoints_table.KINDS
    for name in ("a", "ä", "x" * 1022, "with#hash", "line\nbreak"):
        shard = endpoints_table.shard_of(name)
        for key, kind, value in (
            (endpoints_table.endpoint_key("app", name), kinds["ENDPOINT"], "endpoint_id"),
            (endpoints_table.user_key("app", name), kinds["USER"], "user_id"),
            (endpoints_table.marker_key("app", name), kinds["WITH_EVENTS"], "endpoint_id"),
        ):
            plain = {attribute: typed["S"] for attribute, typed in key.items()}
            assert plain == kind.key(application_id="app", shard=shard, **{value: name})
            assert [each for each in kinds.values() if each.values_of(plain)] == [kind]
        event = {"pk": endpoints_table.events_partition("app", name), "sk": name}
        assert [each for each in kinds.values() if each.values_of(event)] == [kinds["EVENT"]]

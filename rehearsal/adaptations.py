"""What differs from `make deploy`: each change to the template or beside it, with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]
ALARM, LAYER = "AWS::CloudWatch::Alarm", "AWS::Lambda::LayerVersion"
MACHINE = "AWS::StepFunctions::StateMachine"
CONCURRENCY = '"MaxConcurrencyPath": "$.max_concurrency"'
WORKERS = 2


@dataclass(frozen=True)
class Adaptation:
    """One difference from what `make deploy` deploys, and the reason for it."""

    what: str
    reason: str


ADAPTATIONS = (
    Adaptation(
        "template: the layers' archives hold wheels for this machine and its Python",
        "the engine runs the functions as subprocesses of its own, not on arm64 with Python 3.13",
    ),
    Adaptation(
        "template: alarms that are computed from several metrics are left out",
        "the engine's CloudFormation refuses an alarm with metric maths",
    ),
    Adaptation(
        f"template: a map run has MaxConcurrency {WORKERS} in place of a path to the setting",
        "the engine does not read MaxConcurrencyPath: all pieces would start at once, a process each",
    ),
    Adaptation(
        "settings: small pieces, one running import, a token issuer on this machine",
        "anybody may choose them: a few thousand rows are cut, and a job can be seen waiting",
    ),
    Adaptation(
        "engine: a function's error has the name of its class; a layer is unpacked once for all workers",
        "the engine calls each error Runtime.HandlerError, and spends most of its time on unpacking",
    ),
    Adaptation(
        "engine: BatchExecuteStatement of inserts needs dynamodb:PartiQLInsert on their table",
        "the engine asks for dynamodb:BatchExecuteStatement on any resource, an action that AWS does not have",
    ),
    Adaptation(
        "URLs: https://127.0.0.1:port/_aws/execute-api/{api}/{stage} stands for the outputs' host names",
        "nothing answers to those names here; TLS is spoken with a certificate of the rehearsal's own",
    ),
)


def use_layers(template: Template, keys: Mapping[str, str]) -> None:
    """Have the layers take their content from these keys of the assets' bucket.

    Args:
        template: it is changed in place.
        keys: the key of the archive, by what the layer's description ends with.

    Raises:
        KeyError: a layer has another description.
    """
    for resource in template["Resources"].values():
        if resource["Type"] == LAYER:
            properties = resource["Properties"]
            properties["Content"]["S3Key"] = keys[properties["Description"].rpartition(" ")[2]]


def leave_out_metric_maths(template: Template) -> list[str]:
    """Take out the alarms that are computed from several metrics; return their logical ids."""
    resources = template["Resources"]
    chosen = [
        name
        for name, resource in resources.items()
        if resource["Type"] == ALARM and "Metrics" in resource["Properties"]
    ]
    for name in chosen:
        del resources[name]
    return chosen


def limit_map_runs(template: Template) -> int:
    """Have each map run start a few workers at a time; return how many map runs there are."""
    found = 0
    for resource in template["Resources"].values():
        if resource["Type"] == MACHINE:
            properties = resource["Properties"]
            definition = properties["DefinitionString"]
            found += definition.count(CONCURRENCY)
            properties["DefinitionString"] = definition.replace(CONCURRENCY, f'"MaxConcurrency": {WORKERS}')
    return found

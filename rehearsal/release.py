"""A release on the engine: CloudFormation installs it by itself, without the CDK, and it takes a customer's file."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import boto3

from infra.release.installing import install
from infra.release.parameters import PREFIX
from infra.release.writing import TEMPLATE, write_release
from local.synthesis import synthesise
from rehearsal import account, rare_paths
from rehearsal.adaptations import LAYER, leave_out_metric_maths, limit_map_runs
from rehearsal.engine import Engine
from walk.customer import Customer
from walk.place import Place
from walk.show import Checks, step

STACK = "release"
ARCHIVES = "rehearsal-releases"
KEYS_BEGIN = "segment-jobs/"


def install_and_use(engine: Engine, layers: Mapping[str, Path], checks: Checks) -> None:
    """Write a release, install it beside nothing else, import and export through it, delete its stack.

    Args:
        engine: it has no stack of the service.
        layers: the layers' archives, by the names of their requirements.
        checks: the rehearsal's.

    Raises:
        NotInstalledError: the AWS CLI could not upload or deploy it.
    """
    step("A release: CloudFormation alone installs it")
    dist = engine.folder / "dist"
    write_release(synthesise(engine.folder / "release", {}), dist)
    _adapt(dist, layers)
    boto3.client("s3").create_bucket(Bucket=ARCHIVES)
    outputs = install(dist, STACK, ARCHIVES, KEYS_BEGIN, {"PieceBytes": "16384"}, os.environ)
    statements = account.customer_statements(outputs["ApiUrl"], outputs["BucketName"])
    url = f"{engine.url}/_aws/execute-api/{account.api_id(outputs['ApiUrl'])}/prod"
    place = Place(url, account.user("release-customer", *statements), None, None)
    own = rare_paths.without_a_role(Customer(place, "Release", checks))
    own.remove_app()
    boto3.client("cloudformation").delete_stack(StackName=STACK)


def _adapt(dist: Path, layers: Mapping[str, Path]) -> None:
    """Change the template as that of the other deployments, and put the layers' archives beside it."""
    path = dist / TEMPLATE
    template = json.loads(path.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == LAYER:
            archive = layers[resource["Properties"]["Description"].rpartition(" ")[2]]
            shutil.copyfile(archive, dist / archive.name)
            resource["Properties"]["Content"]["S3Key"] = {"Fn::Sub": f"${{{PREFIX}}}{archive.name}"}
    leave_out_metric_maths(template)
    limit_map_runs(template)
    path.write_text(json.dumps(template, indent=1))

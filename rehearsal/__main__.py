"""`make rehearse`: deploy to an engine with IAM, walk, try what only IAM shows, deploy again, destroy."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import boto3

from infra.names import ROOT
from local.issuer import AUDIENCE, Issuer
from local.ports import listen
from rehearsal import account, cdk, one_by_one, rare_paths, refusals, release, second_deployment, traces
from rehearsal.adaptations import ADAPTATIONS
from rehearsal.assembly import make_assembly
from rehearsal.attribute_removal import Removal
from rehearsal.console_walk import walk_in_browser
from rehearsal.deployed import function_roles, write_function_logs
from rehearsal.engine import Engine, running_engine
from rehearsal.layers import build_layers
from rehearsal.permissions import check_permissions
from walk.customer import Customer
from walk.main_walk import walk
from walk.place import OwnBucket, Place, Platform
from walk.samples import interested_in_music
from walk.show import Checks, console, step

FOLDER = ROOT / ".local" / "rehearsal"
CLIENT = "rehearsal"
CSV_ROWS, JSON_ROWS = 2500, 500
# Pieces are so small that several workers are busy, and workers survey each file that is cut.
SETTINGS = {
    "pieceBytes": "16384",
    "pieceRows": "1",
    "surveyBytes": "1",
    "maxRunningImports": "1",
    "maxRunningImportsPerApp": "1",
}
CHANGED = {"maxUploadBytes": "2000000000", "pieceBytes": "32768"}  # of the second deployment


@dataclass
class Rehearsal:
    """One run: the engine, what is deployed on it, its checks, and how long each phase took."""

    engine: Engine
    issuer: Issuer
    layers: dict[str, Path]
    checks: Checks = field(default_factory=Checks)
    seconds: dict[str, float] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a phase; one that does not come to its end is a failed check, and the next one is tried."""
        began = time.monotonic()
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told with the rest
            console.print_exception(width=110)
            self.checks.holds(
                f"{name}: comes to its end", right=False, otherwise=f"{type(error).__name__}: {error}"
            )
        self.seconds[name] = time.monotonic() - began

    def deploy(self, folder: str, **changed: str) -> Path:
        """Synthesise with these settings, adapt, deploy; return the assembly."""
        tokens = {"tokenIssuer": self.issuer.url, "tokenAudience": AUDIENCE}
        assembly = self.engine.folder / folder
        make_assembly(assembly, {**SETTINGS, **tokens, **changed}, self.layers)
        self.outputs = cdk.deploy(self.engine, assembly)
        return assembly

    def customer(self) -> Customer:
        """Make the customer: a user who may call the API, a bucket, a role from docs/role.yaml, a token."""
        outputs = self.outputs
        session = account.user(
            "customer", *account.customer_statements(outputs["ApiUrl"], outputs["BucketName"])
        )
        own = OwnBucket(account.BUCKET, account.create_role(outputs["WorkerRoleArn"]))
        platform = Platform(self.url("ExperiencePlatformApiUrl"), self.issuer.token(CLIENT), CLIENT)
        return Customer(Place(self.url("ApiUrl"), session, own, platform), "Rehearsal", self.checks)

    def url(self, output: str) -> str:
        """Return where the engine answers for the API of an output."""
        return f"{self.engine.url}/_aws/execute-api/{account.api_id(self.outputs[output])}/prod"


def run(rehearsal: Rehearsal) -> None:
    """Go through all phases."""
    with rehearsal.phase("bootstrap, deploy"):
        step("cdk bootstrap, cdk deploy: the pinned CLI, IAM enforced")
        cdk.bootstrap(rehearsal.engine)
        rehearsal.deploy("first")
    if rehearsal.checks.failed:
        return
    roles = function_roles()
    customer = rehearsal.customer()
    expected = set(interested_in_music(CSV_ROWS))
    apps = [customer]
    segment_id = _use(rehearsal, customer, apps, len(expected))
    with rehearsal.phase("second deployment"):
        second_deployment.deploy_over(
            customer, segment_id, expected, lambda: rehearsal.deploy("second", **CHANGED)
        )
    _remove(rehearsal, apps, segment_id)
    check_permissions(rehearsal.engine.calls, roles, rehearsal.checks)
    with rehearsal.phase("destroy"):
        step("cdk destroy: the tables and the bucket stay")
        cdk.destroy(rehearsal.engine, rehearsal.engine.folder / "second")
        second_deployment.see_what_stays(customer, rehearsal.outputs)
        rehearsal.checks.holds("the stack is gone", second_deployment.stack_is_gone())
    with rehearsal.phase("release"):
        release.install_and_use(rehearsal.engine, rehearsal.layers, rehearsal.checks)


def _use(rehearsal: Rehearsal, customer: Customer, apps: list[Customer], expected: int) -> str:
    """Walk, try what only IAM shows and what is rare; add to the apps, and return the segment of the walk."""
    segment_id, outputs = "", rehearsal.outputs
    with rehearsal.phase("walk"):
        segment_id = walk(
            customer, csv_rows=CSV_ROWS, json_rows=JSON_ROWS, service_bucket=outputs["BucketName"]
        )
    with rehearsal.phase("console"):
        apps.append(walk_in_browser(customer, outputs, rehearsal.engine.folder / "console"))
    with rehearsal.phase("refusals"):
        refusals.refuse_strangers(customer, outputs)
        refusals.refuse_roles(customer, outputs)
        refusals.refuse_uploads_of_others(customer)
    with rehearsal.phase("one by one"):
        removal = Removal(customer)
        one_by_one.endpoints(customer)
        one_by_one.platform(customer, segment_id, expected, outputs["BucketName"])
    with rehearsal.phase("rare paths"):
        apps.append(rare_paths.without_a_role(customer))
        rare_paths.cancelled_and_retried(customer)
        rare_paths.stopped_and_retried(customer, outputs["ImportStateMachineArn"])
        rare_paths.refused_and_retried(customer)
        rare_paths.removed_while_working(customer, outputs)
        removal.see_its_end()
        apps.append(removal.customer)
    return segment_id


def _remove(rehearsal: Rehearsal, apps: list[Customer], segment_id: str) -> None:
    """Remove the apps, and leave one with data."""
    with rehearsal.phase("removal"):
        step("Removal: the apps that all of this was done in")
        one_by_one.segments(apps[0], segment_id)
        for each in apps:
            each.remove_app()
            rare_paths.sweep()
            rehearsal.checks.same("what is left of it", traces.of(each.app, rehearsal.outputs), [])
        second_deployment.leave_data(apps[0])


def main() -> int:
    """Rehearse, and return the exit code: 0 where each check was right."""
    step("What is not as `make deploy` does it")
    for adaptation in ADAPTATIONS:
        console.print(
            f"  {adaptation.what}\n    because {adaptation.reason}", soft_wrap=True, highlight=False
        )
    shutil.rmtree(FOLDER, ignore_errors=True)
    began = time.monotonic()
    layers = build_layers()
    issuer = Issuer(listen(0, "ISSUER_PORT"))
    issuer.server.start()
    with running_engine(FOLDER) as engine, patch.dict(os.environ, engine.variables(), clear=True):
        rehearsal = Rehearsal(engine, issuer, layers)
        rehearsal.seconds["layers, engine"] = time.monotonic() - began
        try:
            run(rehearsal)
        finally:
            write_function_logs(FOLDER / "functions.log")
            boto3.DEFAULT_SESSION = None
    issuer.server.stop()
    return _told(rehearsal)


def _told(rehearsal: Rehearsal) -> int:
    step("Seconds")
    times = ", ".join(f"{name} {seconds:.0f}" for name, seconds in rehearsal.seconds.items())
    console.print(f"  {times}; {sum(rehearsal.seconds.values()):.0f} in all", highlight=False)
    failed = rehearsal.checks.failed
    if not failed:
        console.print(f"[green]All {rehearsal.checks.made} checks are right.[/]")
        return 0
    console.print(f"[red]{len(failed)} of {rehearsal.checks.made} checks are wrong:[/] {'; '.join(failed)}")
    for name in ("engine.log", "functions.log", "cdk.log", "calls.jsonl"):
        console.print(f"  look at {FOLDER / name}", soft_wrap=True, highlight=False)
    return 1


if __name__ == "__main__":
    sys.exit(main())

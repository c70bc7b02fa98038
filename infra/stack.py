"""The stack: creates its parts in the order in which they need each other."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import AssetHashType, CfnOutput, DefaultStackSynthesizer, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import dependencies
from infra.access import Access
from infra.api import Api
from infra.experience_platform_api import ExperiencePlatformApi
from infra.functions import FUNCTIONS, STATE_MACHINE_ARNS
from infra.grants import Target
from infra.monitoring import Monitoring, WatchedApi
from infra.nag import acknowledge
from infra.pipelines import Pipelines
from infra.reconciliation import Reconciliation
from infra.service_functions import Layers, ServiceFunctions
from infra.settings import StackSettings
from infra.settings_file import LAPTOP, METADATA
from infra.state_machines import STATE_MACHINES
from infra.storage import Storage
from infra.version import VERSION


class SegmentJobsStack(Stack):
    """Segment Jobs in one AWS account and region."""

    def __init__(self, scope: Construct, construct_id: str, chosen: Mapping[str, object]) -> None:
        """Build the stack with the settings that `chosen` names, and the defaults of the others.

        Raises:
            SettingsInvalidError: a setting is unknown, or its value is not allowed.
        """
        super().__init__(
            scope,
            construct_id,
            description=f"Segment Jobs {VERSION}: audience import and export jobs with Amazon Pinpoint's API",
            # The CLI checks the bootstrap's version by itself; a parameter in the template adds nothing.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        settings = StackSettings.of(chosen)
        # In the template, so that the next deployment can tell what it would change (infra.deployed).
        self.template_options.metadata = {METADATA: dict(chosen)}
        self.storage = Storage(self, "Storage", settings.endpoints_warm, settings.bucket_origins)
        self.access = Access(self, "Access", settings.allowed_role_arns)
        self.functions = ServiceFunctions(self, "Functions", self.access.roles, self._layers())
        self._set_storage_and_access(settings)
        self.functions.add(name for name in FUNCTIONS if not _starts_executions(name))
        self.pipelines = Pipelines(self, "Pipelines", self.functions.functions, self.storage.bucket)
        self._set_state_machines()
        self.functions.add(name for name in FUNCTIONS if _starts_executions(name))
        self.api = Api(
            self,
            "Api",
            self.functions.functions["api"],
            trusted_accounts=settings.trusted_accounts,
            logs_role=settings.api_gateway_logs_role,
        )
        self.experience_platform_api = ExperiencePlatformApi(
            self,
            "ExperiencePlatformApi",
            function=self.functions.functions["experience_platform_api"],
            authorizer=self.functions.functions["authorize_call"],
            account=self.api.account,
        )
        self._add_monitoring(settings)
        self._outputs()
        acknowledge(self, settings)

    def _layers(self) -> Layers:
        local = bool(self.node.try_get_context(LAPTOP))
        return Layers(
            self._layer("Dependencies", dependencies.REQUIREMENTS, local=local),
            self._layer("Parquet", dependencies.PARQUET, local=local),
        )

    def _layer(self, name: str, requirements: Path, *, local: bool) -> lambda_.LayerVersion:
        folder = dependencies.placeholder() if local else dependencies.bundle(requirements)
        return lambda_.LayerVersion(
            self,
            name,
            description=f"Third-party packages of Segment Jobs: {requirements.stem}",
            # The folder's name is the digest of the locked requirements, which alone decide its content.
            code=lambda_.Code.from_asset(
                str(folder), asset_hash=folder.name, asset_hash_type=AssetHashType.CUSTOM
            ),
            compatible_architectures=[lambda_.Architecture.ARM_64],
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
        )

    def _set_storage_and_access(self, settings: StackSettings) -> None:
        storage, worker_role = self.storage, self.access.worker_role
        self.functions.settings |= {
            "CONTROL_TABLE": storage.control.table_name,
            "ENDPOINTS_TABLE": storage.endpoints.table_name,
            "BUCKET": storage.bucket.bucket_name,
            "WORKER_ROLE_ARN": worker_role.role_arn,
            "ALLOWED_ROLE_ARNS": ",".join(settings.allowed_role_arns),
            "ACCOUNT_ID": self.account,
            "PROBE_EXTERNAL_ID": str(settings.probe_external_id).lower(),
            "PIECE_BYTES": str(settings.piece_bytes),
            "PIECE_ROWS": str(settings.piece_rows),
            "SURVEY_BYTES": str(settings.survey_bytes),
            "MAX_CONCURRENCY": str(settings.max_concurrency),
            "MAX_RUNNING_IMPORTS": str(settings.max_running_imports),
            "MAX_UPLOAD_BYTES": str(settings.max_upload_bytes),
            "MAX_RUNNING_IMPORTS_PER_APP": str(settings.max_running_imports_per_app),
            "TOKEN_ISSUER": settings.token_issuer,
            "TOKEN_AUDIENCE": settings.token_audience,
            "VERSION": VERSION,
        }
        default_bus = events.EventBus.from_event_bus_name(self, "DefaultBus", "default")
        self.functions.arns |= {
            Target.CONTROL: (storage.control.table_arn,),
            Target.ENDPOINTS: (storage.endpoints.table_arn,),
            Target.BUCKET: (storage.bucket.bucket_arn,),
            Target.WORKER_ROLE: (worker_role.role_arn,),
            Target.EVENT_BUS: (default_bus.event_bus_arn,),
        }

    def _set_state_machines(self) -> None:
        arns = {name: machine.state_machine_arn for name, machine in self.pipelines.machines.items()}
        self.functions.settings |= {STATE_MACHINES[name].setting: arn for name, arn in arns.items()}
        self.functions.arns |= {
            Target.MACHINES: tuple(arns.values()),
            Target.EXECUTIONS: self.pipelines.execution_arns(),
        }

    def _add_monitoring(self, settings: StackSettings) -> None:
        functions = self.functions
        Reconciliation(
            self,
            "Reconciliation",
            functions.functions["reconcile_job"],
            functions.dead_letters,
            functions.arns[Target.MACHINES],
        )
        Monitoring(
            self,
            "Monitoring",
            machines=self.pipelines.machines,
            tables={"Control": self.storage.control, "Endpoints": self.storage.endpoints},
            functions=functions.functions,
            dead_letters=functions.dead_letters,
            apis=(
                WatchedApi("", "Pinpoint API", self.api.rest_api, self.api.unanswered()),
                WatchedApi(
                    "ExperiencePlatform",
                    "Experience Platform API",
                    self.experience_platform_api.rest_api,
                ),
            ),
            alarm_topic_arn=settings.alarm_topic_arn,
        )

    def _outputs(self) -> None:
        known = self.functions.settings
        CfnOutput(self, "Version", value=VERSION, description="The version of Segment Jobs")
        CfnOutput(
            self,
            "WorkerRoleArn",
            value=known["WORKER_ROLE_ARN"],
            description="The principal for the trust policies of customers' roles",
        )
        CfnOutput(self, "BucketName", value=known["BUCKET"])
        CfnOutput(self, "ControlTableName", value=known["CONTROL_TABLE"])
        CfnOutput(self, "EndpointsTableName", value=known["ENDPOINTS_TABLE"])
        CfnOutput(self, "ImportStateMachineArn", value=known["IMPORT_STATE_MACHINE_ARN"])
        CfnOutput(self, "ExportStateMachineArn", value=known["EXPORT_STATE_MACHINE_ARN"])
        CfnOutput(self, "AttributeRemovalStateMachineArn", value=known["ATTRIBUTE_REMOVAL_STATE_MACHINE_ARN"])
        CfnOutput(self, "ProfileExportStateMachineArn", value=known["PROFILE_EXPORT_STATE_MACHINE_ARN"])


def _starts_executions(name: str) -> bool:
    """Tell whether a function needs the state machines' ARNs; such functions are created after them."""
    return not set(STATE_MACHINE_ARNS).isdisjoint(FUNCTIONS[name].settings)

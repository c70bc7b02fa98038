"""Who may do what: one role a function, and the WorkerRole that the customers' roles trust."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.functions import FUNCTIONS, FunctionSpec
from infra.grants import ASSUME_WORKER_ROLE
from infra.names import construct_id as id_of


class Access(Construct):
    """The roles of the functions, still without permissions, and the WorkerRole.

    They come first because the WorkerRole's trust names the functions' roles, and the functions' settings
    and permissions name the WorkerRole.
    """

    def __init__(self, scope: Construct, construct_id: str, allowed_role_arns: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self.roles = {name: self._function_role(name) for name in FUNCTIONS}
        self.worker_role = self._worker_role(allowed_role_arns, assuming(FUNCTIONS))

    def _function_role(self, name: str) -> iam.Role:
        return iam.Role(
            self,
            f"{id_of(name)}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Permissions of the Segment Jobs function {name}",
        )

    def _worker_role(self, allowed_role_arns: Sequence[str], functions: Sequence[str]) -> iam.Role:
        role = iam.Role(
            self,
            "WorkerRole",
            assumed_by=iam.CompositePrincipal(
                *(iam.ArnPrincipal(self.roles[name].role_arn) for name in functions)
            ),
            description="The principal that the roles which jobs name must trust; assumed by Segment Jobs functions",
        )
        role.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=list(allowed_role_arns)))
        return role


def assuming(functions: Mapping[str, FunctionSpec]) -> list[str]:
    """List the functions that may assume the WorkerRole: exactly those its trust policy names."""
    return [name for name, spec in functions.items() if ASSUME_WORKER_ROLE in spec.grants]

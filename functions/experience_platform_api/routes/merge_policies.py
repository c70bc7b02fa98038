"""Merge policies: made, read, listed and removed.

https://experienceleague.adobe.com/en/docs/experience-platform/profile/api/merge-policies
"""

import time
import uuid
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from audience.aws.pages import page_from
from audience.experience_platform.merge_policies import BUILT_IN, MergePolicy
from experience_platform_api import stores
from experience_platform_api.call import Call, Caller
from experience_platform_api.models import PROFILE_SCHEMA, MergePolicyRequest, read
from experience_platform_api.pages import LIMIT, START
from experience_platform_api.routes import paths
from http_api.call import Body
from http_api.errors import ConflictError, NotFoundError
from http_api.operations import Parameter, operation
from http_api.routing import ResourceRouter
from http_api.schemas import COUNT, FLAG, TEXT, array_of, closed_object

router = ResourceRouter(Call)

_POLICY = closed_object(
    {
        "id": TEXT,
        "name": TEXT,
        "imsOrgId": TEXT,
        "sandbox": closed_object({"sandboxName": TEXT}),
        "schema": closed_object({"name": TEXT}),
        "version": COUNT,
        "identityGraph": closed_object({"type": {"enum": ["none", "pdg"]}}),
        "attributeMerge": closed_object(
            {"type": {"enum": ["timestampOrdered", "dataSetPrecedence"]}}, {"order": array_of(TEXT)}
        ),
        "default": FLAG,
        "updateEpoch": COUNT,
    }
)
_POLICIES = closed_object(
    {
        "_page": closed_object({"totalCount": COUNT, "pageSize": COUNT}),
        "children": array_of(_POLICY),
        "_links": closed_object({"next": closed_object({"href": TEXT})}),
    }
)
_FILTERS = (
    Parameter("default", "true or false"),
    Parameter("schema.name", "of this schema alone"),
    Parameter("identityGraph.type", "none or pdg"),
    Parameter("attributeMerge.type", "timestampOrdered or dataSetPrecedence"),
)
_QUERY = (START, LIMIT, *_FILTERS)

_PAGE, _MOST = 20, 100


@router.post(paths.MERGE_POLICIES)
@operation("CreateMergePolicy", request=MergePolicyRequest, response=_POLICY)
def create_merge_policy() -> Body:
    """Create a merge policy; one that is the default takes the place of the default there was."""
    call = router.call()
    caller = call.caller()
    request = read(MergePolicyRequest, call.body())
    policy = MergePolicy(
        id=str(uuid.uuid4()),
        version=1,
        name=request.name,
        identity_graph=request.identity_graph.type,
        attribute_merge=request.attribute_merge.type,
        order=tuple(request.attribute_merge.order or ()),
        default=request.default,
        updated=int(time.time()),
    )
    stores.merge_policies().create(caller.application_id, policy)
    return _response(policy, caller)


@router.get(paths.MERGE_POLICIES)
@operation("GetMergePolicies", response=_POLICIES, query=_QUERY)
def get_merge_policies() -> Body:
    """List the merge policies that the query asks for, by name."""
    call = router.call()
    caller = call.caller()
    limit = min(call.whole_number("limit", _PAGE, least=1), _MOST)
    start = call.whole_number("start", 0)
    wanted = {one.name: value for one in _FILTERS if (value := call.query(one.name)) is not None}
    found = [_response(policy, caller) for policy in stores.merge_policies().all(caller.application_id)]
    found = [policy for policy in found if all(_member(policy, name) == wanted[name] for name in wanted)]
    shown, more = page_from(found[start:], limit)
    following = {"start": start + len(shown), **wanted, "limit": limit}
    return {
        "_page": {"totalCount": len(found), "pageSize": len(shown)},
        "children": shown,
        "_links": {"next": {"href": f"@/mergePolicies?{urlencode(following)}" if more else ""}},
    }


@router.get(paths.MERGE_POLICY)
@operation("GetMergePolicy", response=_POLICY)
def get_merge_policy() -> Body:
    """Return one merge policy."""
    caller, policy = _found()
    return _response(policy, caller)


@router.delete(paths.MERGE_POLICY)
@operation("DeleteMergePolicy", response=None, refusals=(409,))
def delete_merge_policy() -> Response[None]:
    """Remove a merge policy: 200 with an empty body, as Adobe answers."""
    caller, policy = _found()
    if any(policy.id == built_in.id for built_in in BUILT_IN):
        raise ConflictError(f"merge-policy-id: {policy.id!r} is built in and cannot be removed")
    stores.merge_policies().delete(caller.application_id, policy.id)
    return Response(status_code=200)


def _found() -> tuple[Caller, MergePolicy]:
    call = router.call()
    caller, policy_id = call.caller(), call.parameter("merge-policy-id")
    policy = stores.merge_policies().find(caller.application_id, policy_id)
    if policy is None:
        raise NotFoundError(f"merge-policy-id: there is no merge policy {policy_id[:100]!r}")
    return caller, policy


def _response(policy: MergePolicy, caller: Caller) -> Body:
    order = {"order": list(policy.order)} if policy.order else {}
    return {
        "id": policy.id,
        "name": policy.name,
        "imsOrgId": caller.organisation,
        "sandbox": {"sandboxName": caller.sandbox},
        "schema": {"name": PROFILE_SCHEMA},
        "version": policy.version,
        "identityGraph": {"type": policy.identity_graph},
        "attributeMerge": {"type": policy.attribute_merge, **order},
        "default": policy.default,
        "updateEpoch": policy.updated,
    }


def _member(policy: Body, name: str) -> str:
    """Return a member, named in dot notation, as a query writes it."""
    value = policy
    for step in name.split("."):
        value = value[step]
    return str(value).lower() if isinstance(value, bool) else str(value)

"""botocore's own model of the service is the authority: what we read and what we answer are held against it."""

from http import HTTPStatus

import botocore.session
import pytest

from api import settings_request
from api.event_request import Event, Session
from api.handler import resolver
from api.models import CreateApplicationRequest, ExportJobRequest, ImportJobRequest, TagsModel
from api.own_members import OWN_MEMBERS
from api.routes.paths import PATHS
from api.unanswered import UnansweredError
from http_api.errors import ApiError, NotAcceptableError

# Pinpoint had no operation that answers with one of these.
NOT_PINPOINTS = {UnansweredError, NotAcceptableError}
MODEL = botocore.session.get_session().get_service_model("pinpoint")
OPERATIONS = [
    "CreateApp",
    "GetApps",
    "GetApp",
    "DeleteApp",
    "CreateImportJob",
    "GetImportJobs",
    "GetImportJob",
    "GetSegmentImportJobs",
    "CreateExportJob",
    "GetExportJobs",
    "GetExportJob",
    "GetSegmentExportJobs",
    "CreateSegment",
    "GetSegments",
    "GetSegment",
    "UpdateSegment",
    "DeleteSegment",
    "GetSegmentVersions",
    "GetSegmentVersion",
    "UpdateEndpoint",
    "UpdateEndpointsBatch",
    "GetEndpoint",
    "DeleteEndpoint",
    "GetUserEndpoints",
    "DeleteUserEndpoints",
    "PutEvents",
    "GetApplicationSettings",
    "UpdateApplicationSettings",
    "GetChannels",
    "TagResource",
    "UntagResource",
    "ListTagsForResource",
]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_its_resource_its_method_and_its_status(name):
    http = MODEL.operation_model(name).http
    assert http["requestUri"] in PATHS
    assert http["method"] in resolver.allowed(http["requestUri"]).split(", ")
    [route] = [
        route
        for route in resolver.routes
        if (route.path, route.method) == (http["requestUri"], http["method"])
    ]
    assert route.status_code == http["responseCode"]


# Members that Pinpoint did not have.
OWN = {
    CreateApplicationRequest: {"Id"},
    ImportJobRequest: {
        *("DryRun", "DatasetId", "Columns", "Constants", "Delimiter", "Header", "UnknownFields"),
        "MissingSegment",
    },
}


@pytest.mark.parametrize(
    "request_model",
    [
        CreateApplicationRequest,
        ImportJobRequest,
        ExportJobRequest,
        Event,
        Session,
        TagsModel,
        settings_request.ApplicationSettingsJourneyLimits,
        settings_request.CampaignHook,
        settings_request.CampaignLimits,
        settings_request.JourneyTimeframeCap,
        settings_request.QuietTime,
        settings_request.WriteApplicationSettingsRequest,
    ],
)
def test_a_request_has_the_members_of_the_model(request_model):
    shape = MODEL.shape_for(request_model.__name__)
    ours = {field.alias for field in request_model.model_fields.values()}
    assert ours - OWN.get(request_model, set()) == set(shape.members)
    required = {field.alias for field in request_model.model_fields.values() if field.is_required()}
    # RoleArn is not needed for what was uploaded, nor for what goes to the service's own bucket.
    assert required == set(shape.required_members) - {"RoleArn"}


@pytest.mark.parametrize(
    "error", sorted({*ApiError.__subclasses__()} - NOT_PINPOINTS, key=lambda error: error.__name__)
)
def test_an_error_has_the_name_and_the_code_of_the_model(error):
    shape = MODEL.shape_for(error.name)
    assert shape.metadata["error"]["httpStatusCode"] == error.status == HTTPStatus(error.status)


def conforms(value, shape, where=""):
    """Whether a JSON value is of a shape of the model: no members but its and ours, none missing, the right types."""
    if shape.type_name == "structure":
        own = set(OWN_MEMBERS.get(shape.name, {}))
        unknown, missing = set(value) - set(shape.members) - own, set(shape.required_members) - set(value)
        assert not unknown, f"{where}: {unknown}"
        assert not missing, f"{where}: {missing}"
        for name, inner in value.items():
            if name in own:  # described in our own schema
                continue
            conforms(inner, shape.members[name], f"{where}.{name}")
    elif shape.type_name == "list":
        for inner in value:
            conforms(inner, shape.member, f"{where}[]")
    elif shape.type_name == "map":
        for inner in value.values():
            conforms(inner, shape.value, f"{where}{{}}")
    else:
        kinds = {"string": str, "boolean": bool, "integer": int, "long": int, "double": (int, float)}
        assert isinstance(value, kinds[shape.type_name]), where
        assert not getattr(shape, "enum", None) or value in shape.enum, where


ENDPOINT = {
    "Address": "a@example.org",
    "Attributes": {"a": ["b"]},
    "ChannelType": "EMAIL",
    "Demographic": {"AppVersion": "1", "Locale": "de", "Platform": "ios"},
    "Location": {"City": "Bonn", "Latitude": 50.7},
    "Metrics": {"m": 1},
    "RequestId": "r",
    "User": {"UserId": "u", "UserAttributes": {"a": ["b"]}},
}


def test_answers_have_the_shapes_of_botocores_model(http, stack, app_id, role_arn, customer_bucket):
    stack.client("s3").put_object(Bucket=customer_bucket, Key=f"{app_id}/a.csv", Body=b"Id\n1\n")
    app = f"/v1/apps/{app_id}"
    place = f"s3://{customer_bucket}/{app_id}/"

    def ask(operation, path, body=None):
        model = MODEL.operation_model(operation)
        answer = http(model.http["method"], path, body)
        assert answer.status == model.http["responseCode"]
        payload = model.output_shape.members[model.output_shape.serialization["payload"]]
        conforms(answer.json, payload, operation)
        return answer.json

    ask("CreateApp", "/v1/apps", {"Name": "x"})
    ask("GetApps", "/v1/apps?page-size=1")
    ask("GetApp", app)
    ask("UpdateEndpoint", f"{app}/endpoints/e", ENDPOINT)
    ask("UpdateEndpointsBatch", f"{app}/endpoints", {"Item": [{"Id": "f", **ENDPOINT}]})
    events = {"1": {"EventType": "view", "Timestamp": "2018-05-24T21:26:33.995Z"}, "2": {}}
    ask("PutEvents", f"{app}/events", {"BatchItem": {"e": {"Endpoint": ENDPOINT, "Events": events}}})
    ask("GetEndpoint", f"{app}/endpoints/e")
    ask("GetUserEndpoints", f"{app}/users/u")
    ask("DeleteEndpoint", f"{app}/endpoints/e")
    ask("DeleteUserEndpoints", f"{app}/users/u")
    segment = ask("CreateSegment", f"{app}/segments", {"Name": "s", "Dimensions": {}})["Id"]
    ask("GetSegments", f"{app}/segments")
    ask("GetSegment", f"{app}/segments/{segment}")
    ask("UpdateSegment", f"{app}/segments/{segment}", {"Name": "t"})
    ask("GetSegmentVersions", f"{app}/segments/{segment}/versions")
    ask("GetSegmentVersion", f"{app}/segments/{segment}/versions/1")
    request = {"S3Url": place, "RoleArn": role_arn, "Format": "CSV", "DefineSegment": True}
    job = ask("CreateImportJob", f"{app}/jobs/import", request)
    ask("GetImportJob", f"{app}/jobs/import/{job['Id']}")
    ask("GetImportJobs", f"{app}/jobs/import")
    ask("GetSegmentImportJobs", f"{app}/segments/{job['Definition']['SegmentId']}/jobs/import")
    request = {"S3UrlPrefix": f"{place}out", "RoleArn": role_arn, "SegmentId": segment}
    job = ask("CreateExportJob", f"{app}/jobs/export", request)
    ask("GetExportJob", f"{app}/jobs/export/{job['Id']}")
    ask("GetExportJobs", f"{app}/jobs/export")
    ask("GetSegmentExportJobs", f"{app}/segments/{segment}/jobs/export")
    ask("DeleteSegment", f"{app}/segments/{segment}")
    ask("DeleteApp", app)

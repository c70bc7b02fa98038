"""Whatever is sent: no failure of the service, every answer as the description of the dialect says."""

import jsonschema
import pytest
import requests
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from http_api.openapi.document import openapi_document
from infra.version import VERSION
from local.openapi.experience_platform import api_description
from tests.api.requests_of import requests_of

DOCUMENT = openapi_document(api_description(VERSION))
BOUNDED = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
MOMENTS = ["2018-01-01T00:00:00Z", "2030-01-01T00:00:00.123+02:00", "0001-01-01T00:00:00+14:00", "2018"]


@pytest.fixture
def known(exporter, customer):
    """A sandbox with a dataset, a policy, a segment and a job; the values that requests may name them by."""
    dataset, segment = exporter.dataset(), customer.dimensional()
    job = exporter.ended(exporter.create(dataset))
    policies = ["timestampOrdered-none-mp", "timestampOrdered-pdg-mp", "none"]
    return {
        "dataset-id": [dataset, "0" * 24],
        "export-job-id": [str(job["id"]), "0", "999999"],
        "merge-policy-id": policies,
        "limit": ["1", "100", "0", "x"],
        "start": ["0", "1", "x"],
        "offset": [f"{job['creationTime']}_{job['id'] + 1}", "1_0", "_"],
        "status": ["SUCCEEDED", "NEW", "realized"],
        "name": ["_xdm.context.profile"],
        "id": policies,
        "datasetId": [dataset],
        "segmentId": [segment],
        "segmentNs": ["ups", "UPS"],
        "version": [1],
        "fields": ["", "identities.id,personalEmail.address", "_id, session.id", "..."],
        **dict.fromkeys(("startTime", "endTime", "fromIngestTimestamp", "toIngestTimestamp"), MOMENTS),
    }


@pytest.fixture
def send(stack, place, token):
    """Sends a request as the place's client; bodies are said to be JSON."""
    session = requests.Session()
    session.headers.update({**place.headers(token), "Content-Type": "application/json"})

    def send(sent):
        url = f"{stack.api_url}{sent.target}"
        return session.request(sent.method, url, data=sent.body, headers=sent.headers, timeout=20)

    return send


@BOUNDED
@given(data=st.data())
def test_every_answer_is_as_the_description_says(send, known, data):
    sent = data.draw(requests_of(DOCUMENT, known, {"GET", "POST", "DELETE"}))
    answer = send(sent)
    note(f"{sent.method} {sent.target} {sent.body!r}: {answer.status_code} {answer.text}")
    assert answer.status_code < 500
    described = sent.operation["responses"][str(answer.status_code)]
    schema = {"$ref": "#/components/schemas/Error"}
    if answer.status_code < 400:
        if "content" not in described:
            assert answer.content == b""
            return
        schema = described["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": DOCUMENT["components"]})

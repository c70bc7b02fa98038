"""Datasets, in the shapes of Adobe's Catalog: made, read and listed.

https://experienceleague.adobe.com/en/docs/experience-platform/catalog/datasets/create
"""

import re
import time

from audience.aws.pages import MAX_PAGE_BYTES, answer_bytes
from audience.experience_platform.datasets import Dataset, new_dataset_id
from experience_platform_api.call import Call, Caller
from experience_platform_api.models import DatasetRequest, read
from experience_platform_api.pages import LIMIT, START
from experience_platform_api.routes import paths
from http_api import stores
from http_api.call import Body
from http_api.errors import NotFoundError, PayloadTooLargeError
from http_api.operations import Parameter, Schema, operation
from http_api.routing import ResourceRouter
from http_api.schemas import COUNT, FLAG, TEXT, array_of, closed_object

router = ResourceRouter(Call)

_DATASET = closed_object(
    {
        "name": TEXT,
        "imsOrg": TEXT,
        "created": COUNT,
        "updated": COUNT,
        "version": TEXT,
        "state": TEXT,
        "classification": closed_object({"dataBehavior": TEXT}),
        "fileDescription": closed_object({"persisted": FLAG, "containerFormat": TEXT, "format": TEXT}),
        "tags": {"type": "object", "additionalProperties": array_of(TEXT)},
    },
    {"description": TEXT, "schemaRef": {"type": "object"}},
)
_DATASETS: Schema = {"type": "object", "additionalProperties": _DATASET}
_REFERENCE: Schema = {**array_of(TEXT), "minItems": 1, "maxItems": 1}

_PAGE, _MOST = 20, 100
# Catalog's pages have no link to the next one: clients count on, so that a page must never be cut short by its bytes.
_MOST_BYTES = MAX_PAGE_BYTES // _MOST
_NOT_OF_A_TABLE_NAME = re.compile(r"[^a-z0-9]+")


@router.post(paths.DATASETS, status_code=201)
@operation("CreateDataset", request=DatasetRequest, response=_REFERENCE)
def create_dataset() -> list[str]:
    """Create a dataset; the answer refers to it, as Catalog's does."""
    call = router.call()
    caller = call.caller()
    request = read(DatasetRequest, call.body())
    details = request.model_dump(
        by_alias=True, exclude_none=True, include={"description", "schema_ref", "tags"}
    )
    dataset = Dataset(
        id=new_dataset_id(),
        application_id=caller.application_id,
        name=request.name,
        format=request.file_description.format,
        created=time.time_ns() // 1_000_000,
        details=details,
    )
    if (size := answer_bytes(_response(dataset, caller))) > _MOST_BYTES:
        raise PayloadTooLargeError(
            f"name, description, schemaRef, tags: the dataset takes {size} bytes in an answer, and at most "
            f"{_MOST_BYTES} are allowed"
        )
    stores.datasets().create(dataset)
    return [f"@/dataSets/{dataset.id}"]


@router.get(paths.DATASETS)
@operation("GetDatasets", response=_DATASETS, query=(START, LIMIT, Parameter("name", "of this name alone")))
def get_datasets() -> Body:
    """List datasets, the oldest first: one object whose members are called by the datasets' ids."""
    call = router.call()
    caller = call.caller()
    limit = min(call.whole_number("limit", _PAGE, least=1), _MOST)
    start, name = call.whole_number("start", 0), call.query("name")
    datasets = stores.datasets().all(caller.application_id)
    found = [dataset for dataset in datasets if name in {None, dataset.name}]
    return {dataset.id: _response(dataset, caller) for dataset in found[start : start + limit]}


@router.get(paths.DATASET)
@operation("GetDataset", response=_DATASETS)
def get_dataset() -> Body:
    """Return one dataset, in an object whose only member is called by the dataset's id."""
    call = router.call()
    caller, dataset_id = call.caller(), call.parameter("dataset-id")
    dataset = stores.datasets().find(caller.application_id, dataset_id)
    if dataset is None:
        raise NotFoundError(f"dataset-id: there is no dataset {dataset_id[:100]!r}")
    return {dataset.id: _response(dataset, caller)}


def _response(dataset: Dataset, caller: Caller) -> Body:
    # Clients find a dataset's table by this tag, and datasets of profiles by their behaviour.
    table = {"adobe/pqs/table": [_NOT_OF_A_TABLE_NAME.sub("_", dataset.name.lower()).strip("_")]}
    return {
        **dataset.details,
        "name": dataset.name,
        "imsOrg": caller.organisation,
        "created": dataset.created,
        "updated": dataset.created,
        "version": "1.0.0",
        "state": "ENABLED",
        "classification": {"dataBehavior": "record"},
        "fileDescription": {"persisted": True, "containerFormat": dataset.format, "format": dataset.format},
        "tags": table | dataset.details.get("tags", {}),
    }

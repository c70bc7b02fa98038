"""Uploads from a computer: a URL to put the file to, and the S3 URL to import it from (not in Pinpoint's API)."""

from api import examples
from api.existing import existing_app
from api.models import UploadRequest, read
from api.presigned import SECONDS, upload_url
from api.routes import paths
from audience.identifiers import new_id
from audience.layout.bucket import UPLOADS, of_app
from audience.settings import UploadSettings
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import BadRequestError
from http_api.operations import operation
from http_api.routing import ResourceRouter
from http_api.schemas import COUNT, TEXT, closed_object

router = ResourceRouter(Call)

_UPLOAD = closed_object({"Url": TEXT, "S3Url": TEXT, "ExpiresInSeconds": COUNT})


@router.post(paths.UPLOADS, status_code=201)
@operation("CreateUpload", request=UploadRequest, response=_UPLOAD, example=examples.UPLOAD)
def create_upload() -> Body:
    """Make a place for one file. CreateImportJob takes its `S3Url` without a role, for this app only."""
    call = router.call()
    application_id = existing_app(call)
    request = read(UploadRequest, call.body())
    most = UploadSettings.from_env().max_upload_bytes
    if request.size is not None and request.size > most:
        raise BadRequestError(f"Size: {request.size} is more than {most} bytes, the most an upload may have")
    key = f"{of_app(UPLOADS, application_id)}{new_id()}/{request.file_name}"
    return {
        "Url": upload_url(key, request.size),
        "S3Url": f"s3://{stores.settings().bucket}/{key}",
        "ExpiresInSeconds": SECONDS,
    }

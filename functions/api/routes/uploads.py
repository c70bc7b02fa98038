"""Uploads from a computer: a URL to put the file to, and the S3 URL to import it from (not in Pinpoint's API)."""

from api import stores
from api.call import Body
from api.models import UploadRequest, read
from api.presigned import SECONDS, upload_url
from api.router import ResourceRouter
from api.routes import paths
from audience.identifiers import new_id

router = ResourceRouter()


@router.post(paths.UPLOADS, status_code=201)
def create_upload() -> Body:
    """A place for one file. CreateImportJob takes its `S3Url` without a role, for this app only."""
    call = router.call()
    application_id = call.application_id()
    request = read(UploadRequest, call.body())
    key = f"uploads/{application_id}/{new_id()}/{request.file_name}"
    return {
        "Url": upload_url(key),
        "S3Url": f"s3://{stores.settings().bucket}/{key}",
        "ExpiresInSeconds": SECONDS,
    }

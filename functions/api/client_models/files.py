"""The files that stock clients load, from the operations' own descriptions, and their archive."""

import io
import json
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from botocore.loaders import Loader
from botocore.model import ServiceModel

from api.client_models.model_extras import model_extras
from api.client_models.paginators import paginators
from api.client_models.waiters import waiters

# The folder that botocore looks for in each part of its data path (botocore/loaders.py).
FOLDER = PurePosixPath("pinpoint/2016-12-01")
# The archive's bytes depend on its files alone: not on the time, nor on the version of zlib.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_READABLE_FILE = 0o100644 << 16


def files() -> dict[PurePosixPath, str]:
    """Return the files by their paths below a folder of botocore's data path."""
    documents: dict[str, Any] = {
        "service-2.sdk-extras.json": model_extras(_model()),
        "waiters-2.json": waiters(),
        "paginators-1.json": paginators(),
    }
    return {FOLDER / name: json.dumps(document, indent=1) + "\n" for name, document in documents.items()}


def archive() -> bytes:
    """Return the files as a zip, which is unpacked in a folder of botocore's data path."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as zipped:
        for path, text in files().items():
            entry = ZipInfo(str(path), _LONG_AGO)
            entry.external_attr = _READABLE_FILE
            entry.create_system = 3  # Unix, on every machine
            zipped.writestr(entry, text)
    return content.getvalue()


def _model() -> ServiceModel:
    """Return botocore's own model, without extras that are installed on this machine."""
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    return ServiceModel(loader.load_service_model("pinpoint", "service-2"), "pinpoint")

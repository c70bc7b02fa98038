"""`make clients`: write what stock clients load into clients/models, from the operations' own descriptions."""

import json
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.session

from clients.model_extras import model_extras
from clients.paginators import paginators
from clients.waiters import waiters

ROOT = Path(__file__).parent / "models"
# The folder that botocore looks for in each part of its data path (botocore/loaders.py).
FOLDER = Path("pinpoint") / "2016-12-01"


def files() -> dict[Path, str]:
    """Return the files by their paths below a folder of botocore's data path."""
    documents: dict[str, Any] = {
        "service-2.sdk-extras.json": model_extras(_model()),
        "waiters-2.json": waiters(),
        "paginators-1.json": paginators(),
    }
    return {FOLDER / name: json.dumps(document, indent=1) + "\n" for name, document in documents.items()}


def _model() -> botocore.model.ServiceModel:
    """Return botocore's own model, without extras that are installed on this machine."""
    loader = botocore.loaders.Loader(
        extra_search_paths=[botocore.loaders.Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    return botocore.model.ServiceModel(loader.load_service_model("pinpoint", "service-2"), "pinpoint")


def main() -> None:
    """Write the files."""
    for path, text in files().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text)


if __name__ == "__main__":
    main()

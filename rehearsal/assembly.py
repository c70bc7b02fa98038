"""The cloud assembly that the CDK CLI deploys: synthesised as always, then adapted."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.names import STACK_NAME
from local.synthesis import synthesise
from rehearsal.adaptations import leave_out_metric_maths, limit_map_runs, use_layers

PLACEHOLDER = "Dependencies/Code"  # the empty layer's name among the assets


def make_assembly(folder: Path, context: Mapping[str, object], layers: Mapping[str, Path]) -> Path:
    """Synthesise the stack into a folder and adapt it there; return the template's path.

    Args:
        folder: where the assembly goes.
        context: what differs from cdk.json.
        layers: the layers' archives, by the names of their requirements (`runtime`, `parquet`).

    Raises:
        TemplateNotSynthesisedError: the CDK app failed.
    """
    path = synthesise(folder, context)
    template = json.loads(path.read_text())
    use_layers(template, {name: archive.name for name, archive in layers.items()})
    leave_out_metric_maths(template)
    limit_map_runs(template)
    path.write_text(json.dumps(template, indent=1))
    _list_assets(folder, path, layers.values())
    return path


def _list_assets(folder: Path, template: Path, archives: Any) -> None:
    """Put the archives in the empty layer's place, and let the template go by what it is now."""
    manifest, listing = folder / "manifest.json", folder / f"{STACK_NAME}.assets.json"
    assets = json.loads(listing.read_text())
    files = assets["files"]
    _, placeholder = _taken(files, lambda asset: asset["displayName"] == PLACEHOLDER)
    for archive in archives:
        files[archive.stem] = {
            "displayName": archive.stem,
            "source": {"path": str(archive), "packaging": "file"},
            "destinations": {
                name: {**destination, "objectKey": archive.name}
                for name, destination in placeholder["destinations"].items()
            },
        }
    old, _ = _taken(files.copy(), lambda asset: asset["source"]["path"] == template.name)
    # The CLI does not send again what is there under the same name.
    new = hashlib.sha256(template.read_bytes()).hexdigest()
    listing.write_text(json.dumps(assets, indent=1).replace(old, new))
    manifest.write_text(manifest.read_text().replace(old, new))


def _taken(files: dict[str, Any], chosen: Any) -> tuple[str, Any]:
    [key] = [key for key, asset in files.items() if chosen(asset)]
    return key, files.pop(key)

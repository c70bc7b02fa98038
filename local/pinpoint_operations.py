"""Writes functions/api/pinpoint_operations.py from botocore's model: `python -m local.pinpoint_operations`.

A test compares them, so that a newer model shows. The deployed function reads no model.
"""

import re

from api.openapi.pinpoint import pinpoint_model
from infra.names import FUNCTIONS_FOLDER

FILE = FUNCTIONS_FOLDER / "api" / "pinpoint_operations.py"
_HEAD = '''"""Every operation of Amazon Pinpoint's API (2016-12-01) by its method and path, where `{}` is any parameter.

Made from botocore's model by local/pinpoint_operations.py.
"""

OPERATIONS: dict[str, str] = {
'''


def text() -> str:
    """Return what the file has to be."""
    model = pinpoint_model()
    lines = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = re.sub(r"{[^}]+}", "{}", http["requestUri"])
        lines.append(f'    "{http["method"]} {path}": "{name}",\n')
    return f"{_HEAD}{''.join(sorted(lines))}}}\n"


if __name__ == "__main__":
    FILE.write_text(text())

"""The page's files: vendored as their package has them, and the fields that the service knows."""

import hashlib
from importlib.resources import files

from console.columns import FILE, columns_file

# htm 3.1.1 (npm), preact/standalone.module.js: Preact and htm in one module.
VENDORED = {"htm-preact-3.1.1.js": "72284e8e9079c87817145df1110f74e8a2aa040b2fc384922e18dfcb46fc1fd7"}


def test_the_page_knows_the_fields_of_an_endpoint():
    assert FILE.read_text() == columns_file(), "run `python -m console.columns`"


def test_what_is_vendored_is_as_its_package_has_it():
    folder = files("console") / "page" / "vendor"
    for name, digest in VENDORED.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_the_page_asks_no_other_host():
    for file in (files("console") / "page" / "js").iterdir():
        # A link that somebody follows is no request of the page.
        text = file.read_text().replace("s3://", "").replace("https://${region}.console.aws.amazon.com/", "")
        assert "://" not in text, file.name

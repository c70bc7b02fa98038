"""The archive of what stock clients load: unpacked, it is the folder of the tree; its bytes depend on nothing else."""

import io
import time
from types import SimpleNamespace
from zipfile import ZIP_STORED, ZipFile

import boto3
import botocore.session

from api.client_models import described
from api.client_models.files import archive
from clients.__main__ import ROOT


def test_the_archive_is_the_folder_of_the_tree(tmp_path):
    ZipFile(io.BytesIO(archive())).extractall(tmp_path)
    unpacked = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.json")}
    assert unpacked == {path.relative_to(ROOT): path.read_bytes() for path in ROOT.rglob("*.json")}


def test_a_client_that_has_unpacked_it_waits_and_turns_pages(tmp_path, monkeypatch):
    ZipFile(io.BytesIO(archive())).extractall(tmp_path)
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = boto3.Session(botocore_session=botocore.session.Session(), region_name="us-east-1")
    client = session.client("pinpoint", aws_access_key_id="a", aws_secret_access_key="b")
    assert client.get_waiter("import_job_completed")
    assert client.get_paginator("get_import_jobs")
    assert client.meta.service_model.signing_name == "execute-api"


def test_the_bytes_are_the_same_whichever_routes_were_asked_for_first(monkeypatch):
    made = archive()
    routes = sorted(described.resolver.routes, key=lambda route: str(route.path), reverse=True)
    monkeypatch.setattr(described, "resolver", SimpleNamespace(routes=routes))
    assert archive() == made


def test_the_bytes_are_the_same_whenever_and_by_whatever_zlib_they_are_made(monkeypatch):
    made = archive()
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert archive() == made
    for entry in ZipFile(io.BytesIO(made)).infolist():
        assert (entry.compress_type, entry.date_time) == (ZIP_STORED, (1980, 1, 1, 0, 0, 0))
        assert oct(entry.external_attr >> 16) == "0o100644"

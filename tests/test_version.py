"""One version everywhere: pyproject's."""

import re
import tomllib

from api.openapi import pinpoint
from http_api.openapi.document import openapi_document
from infra.names import ROOT
from infra.version import VERSION
from local.openapi import experience_platform

# https://keepachangelog.com/en/1.1.0/
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()


def test_the_version_is_a_semantic_one():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)


def test_the_newest_release_in_the_changelog_is_this_version():
    unreleased, newest = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)[:2]
    assert unreleased == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(VERSION)}] - \d{{4}}-\d\d-\d\d", newest)


def test_the_changelog_groups_changes_by_their_kind():
    assert set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)) <= KINDS


def test_the_descriptions_of_both_apis_have_the_version():
    for api in (pinpoint, experience_platform):
        assert openapi_document(api.api_description(VERSION))["info"]["version"] == VERSION


def test_the_licence_is_the_one_that_pyproject_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    (file,) = project["license-files"]
    assert "Apache License\n                           Version 2.0, January 2004" in (ROOT / file).read_text()

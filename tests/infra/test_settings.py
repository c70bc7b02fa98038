"""A deployment's settings: their file, what is refused of it and in which words."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from infra.names import ROOT
from infra.settings import SETTINGS, SettingsInvalidError, StackSettings, shown, values
from infra.settings_file import DEFAULT_FILE, lines, read_settings, settings_file

EXAMPLE = ROOT / "deployment.example.json"


def refused(**chosen: object) -> list[str]:
    with pytest.raises(SettingsInvalidError) as raised:
        values(chosen)
    return str(raised.value).splitlines()


def test_the_table_and_the_stacks_settings_have_the_same_names() -> None:
    names = {name.replace("_", "") for name in (field.name for field in fields(StackSettings))}
    assert {name.lower() for name in SETTINGS} == names


def test_every_default_is_an_allowed_value() -> None:
    assert values({name: setting.default for name, setting in SETTINGS.items()}) == values({})


def test_the_example_names_every_setting_with_its_default() -> None:
    chosen = read_settings(EXAMPLE)
    assert list(chosen) == list(SETTINGS)
    assert values(chosen) == values({})


def test_git_ignores_the_file_that_is_read_unless_another_one_is_named(tmp_path: Path) -> None:
    assert settings_file({}) == settings_file({"SETTINGS": ""}) == DEFAULT_FILE
    assert settings_file({"SETTINGS": str(tmp_path)}) == tmp_path
    assert DEFAULT_FILE.name in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("pieceBytes", "4 MB", "is not a whole number of 1024 or more"),
        ("pieceBytes", 1000, "1000 is not a whole number of 1024 or more"),
        ("pieceBytes", 1.5e6, "is not a whole number"),
        ("maxConcurrency", True, "True is not a whole number from 1 to 10000"),
        ("maxConcurrency", "", "is not a whole number from 1 to 10000"),
        ("endpointsWarmWrites", 3999, "is not a whole number of 4000 or more, or empty"),
        ("probeExternalId", "no", "'no' is not true or false"),
        ("alarmTopicArn", "operators", "is not the ARN of an SNS topic, or empty"),
        (
            "trustedAccounts",
            ["44445555666"],
            "is not a list of ids of accounts, of 12 digits each; it may be empty",
        ),
        (
            "bucketOrigins",
            ["https://app.example.com/"],
            "is not a list of origins such as https://app.example.com",
        ),
        ("tokenIssuer", "issuer.example.com", "is not the https URL of an issuer, or empty"),
        ("allowedRoleArns", [], "[] is not a list of patterns such as arn:aws:iam::"),
        ("allowedRoleArns", "audience-*", "is not a list of patterns such as arn:aws:iam::"),
        ("allowedRoleArns", [1], "[1] is not a list of patterns"),
        ("allowedRoleArns", None, "None is not a list of patterns"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(name: str, value: object, allowed: str) -> None:
    (line,) = refused(**{name: value})
    assert line.startswith(f"{name}: {value!r} is not ")
    assert allowed in line


def test_an_unknown_name_is_refused_with_the_likely_one() -> None:
    assert refused(maxConcurency=8) == [
        "maxConcurency: there is no such setting; did you mean maxConcurrency?"
    ]
    (line,) = refused(colour="red")
    assert line.endswith(f"there are {', '.join(SETTINGS)}")


def test_all_that_is_wrong_is_told_at_once_with_the_files_name(tmp_path: Path) -> None:
    file = tmp_path / "prod.json"
    file.write_text('{"maxConcurrency": 0, "colour": "red", "probeExternalId": 1}')
    with pytest.raises(SettingsInvalidError) as raised:
        read_settings(file)
    told = str(raised.value).splitlines()
    assert len(told) == 3
    assert all(line.startswith(f"{file}: ") for line in told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"maxConcurrency": 8,\n}', "is not JSON: line 2, column 1"),
        (b"[]", "is not an object of names and values"),
        (b'{"pieceBytes": 2048, "pieceBytes": 4096}', "pieceBytes: is there twice"),
        (b'{"pieceBytes": "\xff"}', "is not JSON: it is not UTF-8"),
    ],
)
def test_a_file_that_holds_no_settings_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "prod.json"
    file.write_bytes(content)
    with pytest.raises(SettingsInvalidError, match=f"^{file}: {told}"):
        read_settings(file)


def test_values_in_quotation_marks_and_lists_with_commas_mean_the_same() -> None:
    quoted = {
        "pieceBytes": "2048",
        "probeExternalId": "False",
        "allowedRoleArns": "arn:aws:iam::*:role/a, arn:aws:iam::*:role/b",
    }
    plain = {
        "pieceBytes": 2048,
        "probeExternalId": False,
        "allowedRoleArns": ["arn:aws:iam::*:role/a", "arn:aws:iam::*:role/b"],
    }
    assert values(quoted) == values(json.loads(json.dumps(plain)))


def test_what_a_file_chose_is_marked_where_the_settings_are_shown() -> None:
    told = dict(line.rsplit("  ", 1) for line in lines({"maxConcurrency": 80}))
    marked = [name for name in told if name.startswith("*")]
    assert [name.split()[1] for name in marked] == ["maxConcurrency"]
    assert told[marked[0]] == "80"
    assert [name.lstrip("* ").rstrip() for name in told] == list(SETTINGS)
    assert shown(None) == shown("") == shown(()) == "empty"

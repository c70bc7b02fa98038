"""The layer's packages: the wheels that were locked, for Lambda's machine, downloaded once."""

import sys
from pathlib import Path

import pytest

from infra.dependencies import (
    REQUIREMENTS,
    DependenciesNotBundledError,
    bundle,
    digest,
    forget_commands,
    pip_arguments,
    placeholder,
)


def option(arguments: list[str], name: str) -> list[str]:
    return [arguments[at + 1] for at, argument in enumerate(arguments) if argument == name]


def test_pip_installs_locked_wheels_for_lambdas_python_on_arm() -> None:
    arguments = pip_arguments(Path("runtime.txt"), Path("layer/python"))
    assert arguments[:4] == [sys.executable, "-m", "pip", "install"]
    assert {"--require-hashes", "--only-binary=:all:", "--no-compile"} <= set(arguments)
    assert option(arguments, "--requirement") == ["runtime.txt"]
    assert option(arguments, "--target") == ["layer/python"]
    assert option(arguments, "--python-version") == ["3.13"]
    assert option(arguments, "--implementation") == ["cp"]
    assert option(arguments, "--platform") == [
        "manylinux2014_aarch64",
        "manylinux_2_17_aarch64",
        "manylinux_2_28_aarch64",
    ]


def test_the_deployed_requirements_are_locked_by_hash() -> None:
    lines = REQUIREMENTS.read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)


def test_the_digest_of_a_layer_depends_on_its_requirements(tmp_path: Path) -> None:
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("orjson==3.13.0\n")
    other.write_text("orjson==3.13.1\n")
    assert digest(one) != digest(other)
    assert digest(one) == digest(one)


def test_a_complete_folder_is_not_downloaded_again(tmp_path: Path) -> None:
    requirements = tmp_path / "runtime.txt"
    requirements.write_text("no such requirement\n")
    folder = tmp_path / "builds" / digest(requirements)
    folder.mkdir(parents=True)
    assert bundle(requirements, tmp_path / "builds") == folder


def test_a_failed_pip_install_raises_its_output_and_leaves_no_folder(tmp_path: Path) -> None:
    requirements = tmp_path / "runtime.txt"
    requirements.write_text("orjson\n")  # neither pinned nor hashed: refused before any download
    with pytest.raises(DependenciesNotBundledError, match=r"runtime\.txt for Lambda(.|\n)*--require-hashes"):
        bundle(requirements, tmp_path / "builds")
    assert list((tmp_path / "builds").iterdir()) == []


def test_the_local_stacks_layer_holds_only_a_readme(tmp_path: Path) -> None:
    files = [path.relative_to(tmp_path) for path in placeholder(tmp_path).rglob("*") if path.is_file()]
    assert files == [Path("local/python/README.txt")]


def test_a_layers_bytes_do_not_depend_on_where_this_machine_has_its_python(tmp_path: Path) -> None:
    record = tmp_path / "cffi-2.1.1.dist-info" / "RECORD"
    record.parent.mkdir()
    record.write_text("../../bin/cffi-gen-src,sha256=0J3YqLt6,232\ncffi/__init__.py,sha256=uAcY2Z,513\n")
    forget_commands(tmp_path)
    assert record.read_text() == "cffi/__init__.py,sha256=uAcY2Z,513\n"

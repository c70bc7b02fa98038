"""What the documents say of the code's folders and files is there."""

import re
from pathlib import Path

from benchmarks.__main__ import BENCHMARKS
from benchmarks.goals import GOALS
from benchmarks.speed_document import made, results

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = ROOT / "functions" / "audience"


def first_column(document: str, heading: str) -> list[str]:
    """The code words in the first column of the table with that heading."""
    text = (ROOT / document).read_text()
    table = text[text.index(f"| {heading} |") :].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


def test_every_folder_of_the_domain_is_described_to_contributors() -> None:
    described = first_column("CONTRIBUTING.md", "folder of `functions/audience/`")
    folders = {f"{folder.name}/" for folder in DOMAIN.iterdir() if (folder / "__init__.py").exists()}
    assert set(described) == folders


def test_every_top_level_folder_is_described_to_readers() -> None:
    described = set(first_column("docs/architecture.md", "folder"))
    assert described == {
        f"{folder}/"
        for folder in (
            "functions",
            "statemachines",
            "infra",
            "local",
            "walk",
            "rehearsal",
            "migrate",
            "console",
            "clients",
            "tests",
            "benchmarks",
            "docs",
        )
    }


def test_every_file_that_the_glossary_names_exists() -> None:
    rows = [
        row.split(" | ")[-1] for row in (ROOT / "docs/glossary.md").read_text().splitlines() if "`" in row
    ]
    paths = [path for row in rows for path in re.findall(r"`([\w./*]+)`", row) if "/" in path]
    missing = [path for path in paths if not (list(ROOT.glob(path)) or list(ROOT.glob(f"functions/{path}")))]
    assert missing == []


def test_every_file_that_contributors_are_sent_to_exists() -> None:
    paths = re.findall(
        r"`((?:functions|infra|tests|docs|statemachines)/[\w./*]*)`", (ROOT / "CONTRIBUTING.md").read_text()
    )
    missing = [path for path in paths if not list(ROOT.glob(path.rstrip("/")))]
    assert paths
    assert missing == []


def test_the_figures_and_pictures_of_speed_follow_the_results() -> None:
    changed = [path.name for path, text in made(results()).items() if path.read_text() != text]
    assert changed == [], "python -m benchmarks.speed_document writes them anew"


def test_every_goal_is_one_of_a_benchmark_that_is_run() -> None:
    assert {goal.result for goal in GOALS} <= set(BENCHMARKS)

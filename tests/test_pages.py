"""Each page of docs/ begins with what it answers, is found from the README, and sends readers to what is there."""

import ast
import re
from pathlib import Path

import pytest

from infra.names import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [*ROOT.glob("*.md"), *PAGES]
MOST_LINES = 300  # of the README: it says the most needed things, and where the others are
# What AWS and its clients say themselves.
FOREIGN = (
    "Credential should be scoped",
    "The request signature we calculated",
    "User: ",
    "The security token",
    "You must specify a region",
    "Unable to locate credentials",
    "Could not connect to the endpoint URL",
)


def named(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_begins_with_the_questions_that_it_answers(page: Path) -> None:
    title, questions, rest = page.read_text().split("\n\n", 2)
    assert title.startswith("# ")
    assert questions.startswith("*")
    assert questions.endswith("?*")
    assert rest


@pytest.mark.parametrize("page", [*PAGES, ROOT / "SECURITY.md"], ids=named)
def test_the_readme_says_where_every_page_is(page: Path) -> None:
    assert f"({page.relative_to(ROOT)})" in (ROOT / "README.md").read_text()


def test_the_readme_is_no_handbook() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= MOST_LINES


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub names them."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_lead_to_files_and_to_headings(document: Path) -> None:
    wrong = []
    for link, anchor in re.findall(r"]\(([\w./-]*)(?:#([\w-]+))?\)", document.read_text()):
        target = document.parent / link if link else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(f"{link}#{anchor}")
    assert wrong == []


@pytest.fixture(scope="module")
def messages() -> str:
    """All texts of the code, with … for what is filled in."""
    found = []
    for folder in ("functions", "infra", "local"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr):
                    parts = [str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values]
                    found.append("".join(parts))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.append(node.value)
    return "\n".join(found)


def test_messages_that_troubleshooting_quotes_are_those_of_the_code(messages: str) -> None:
    rows = re.findall(r"^\| (.+?) \| ", (ROOT / "docs" / "troubleshooting.md").read_text(), re.MULTILINE)
    quoted = [text for row in rows for text in re.findall(r"`([^`]+)`", row) if " " in text]
    own = [text for text in quoted if not text.startswith(FOREIGN)]
    assert own
    parts = [(text, part.strip()) for text in own for part in re.split("…", text)]
    assert [text for text, part in parts if part not in messages] == []

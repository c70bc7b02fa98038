"""Write the figures into docs/speed.md, its pictures, and docs/costs.md, from the JSON in benchmarks/results/.

What stands between two markers of a document is made here; the rest is written by hand. A test sees to it that they
follow the results.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import cost_table, pictures
from benchmarks.goals import BATCH_WRITER, GOALS, Goal, number
from benchmarks.measure import RESULTS

DOCS = Path(__file__).parent.parent / "docs"
DOCUMENT = DOCS / "speed.md"
COSTS = DOCS / "costs.md"
BEGIN, END = "<!-- made by benchmarks/speed_document.py -->", "<!-- end -->"
ROW_PICTURE, FIRST_ROW_PICTURE = "speed-row.svg", "speed-first-row.svg"

Results = dict[str, dict[str, Any]]


def results() -> Results:
    """Return all results by their benchmarks' names."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}


def document(text: str, found: Results) -> str:
    """Return the document with its figures made anew."""
    return _with(text, [*table(found), "", *machines(found), *unmeasured(found), "", *links(found)])


def costs(text: str, found: Results) -> str:
    """Return the page on costs with the table of an import made anew."""
    return _with(text, [*cost_table.lines(found["dollars"]["shown"])])


def _with(text: str, lines: list[str]) -> str:
    """Return a text with other lines between its markers."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, "", *lines, "", END + after])


def table(found: Results) -> Iterator[str]:
    """Yield the lines of the table of goals."""
    yield "| measure | ours | beside it | ratio | goal | |"
    yield "|---|---|---|---|---|---|"
    for goal in GOALS:
        yield _line(goal, found.get(goal.result, {}).get("figures", {}))


def _line(goal: Goal, figures: dict[str, float]) -> str:
    try:
        ratio, met = goal.ratio(figures), "met" if goal.met(figures) else "**missed**"
    except KeyError:
        return f"| {goal.measure} (`{goal.result}`) | | {goal.beside} | | {goal.wanted} | not measured |"
    ours = f"{number(figures[goal.ours])} {goal.unit}".strip()
    beside = f"{goal.beside} {number(figures[goal.beside])}" if goal.beside else ""
    shown = f"{ratio:.2f}" if ratio is not None else ""
    return f"| {goal.measure} (`{goal.result}`) | {ours} | {beside} | {shown} | {goal.wanted} | {met} |"


def machines(found: Results) -> Iterator[str]:
    """Yield the days and the machines of the figures; there should be one."""
    seen = {(one["day"], *one["machine"].values()) for one in found.values()}
    for day, processor, cores, system, python in sorted(seen):
        yield f"Measured on {day}: {processor}, {cores} cores, {system}, Python {python}."


def links(found: Results) -> Iterator[str]:
    """Yield the links to the pictures that there are figures for."""
    yield f"![CPU of an imported row, ours and others']({ROW_PICTURE})"
    if _has_first_row(found):
        yield ""
        yield f"![Time to the first row by the size of a job]({FIRST_ROW_PICTURE})"


def _has_first_row(found: Results) -> bool:
    return "first_row" in found.get("planning", {})


def unmeasured(found: Results) -> Iterator[str]:
    """Yield what could not be measured in that run, and why."""
    for name, one in found.items():
        for case, reason in one.get("missing", {}).items():
            yield f"Not measured by `{name}`: {case} ({reason})."


def row_picture(found: Results) -> str:
    """Return the picture of a row's CPU, ours and others'."""
    figures = found["import_row"]["figures"]
    go = {"ddbimport (Go)": figures["ddbimport (Go), CSV"]} if "ddbimport (Go), CSV" in figures else {}
    groups = {
        "New rows, CSV": {
            "our worker": figures["our worker, CSV"],
            **go,
            BATCH_WRITER: figures[f"{BATCH_WRITER}, CSV"],
        },
        "New rows, NDJSON": {
            "our worker": figures["our worker, NDJSON"],
            BATCH_WRITER: figures[f"{BATCH_WRITER}, NDJSON"],
        },
        "Merged rows": {
            "our worker": figures["our worker, merged rows"],
            "boto3 update_item": figures["boto3 update_item, CSV"],
        },
        "Rows with users": {
            "our worker, a user a row": figures["our worker, a user a row"],
            "our worker, 3 rows a user": figures["our worker, 3 rows a user"],
            f"{BATCH_WRITER}, no user item": figures[f"{BATCH_WRITER}, CSV, no user item"],
        },
        "What cannot be saved": {
            "csv.reader alone": figures["csv.reader alone"],
            "signed requests of 25 alone": figures["signed requests of 25 rows alone"],
        },
    }
    return pictures.bars("CPU of an imported row of 22 columns", "µs a row", groups)


def first_row_picture(found: Results) -> str:
    """Return the picture of the time to the first row by a job's size."""
    planned = found["planning"]["first_row"]
    return pictures.lines(
        "From the start of a job to its first row",
        "seconds, by arithmetic on what was measured; logarithmic scale",
        planned["sizes"],
        planned["series"],
    )


def made(found: Results) -> dict[Path, str]:
    """Return what is made of the results, by file."""
    files = {DOCUMENT: document(DOCUMENT.read_text(), found), DOCS / ROW_PICTURE: row_picture(found)}
    if "dollars" in found:
        files[COSTS] = costs(COSTS.read_text(), found)
    if _has_first_row(found):
        files[DOCS / FIRST_ROW_PICTURE] = first_row_picture(found)
    return files


def main() -> None:
    """Tell which goals are met, and write the documents and the pictures."""
    found = results()
    for goal in GOALS:
        print(goal.told(found.get(goal.result, {}).get("figures", {})))
    for path, text in made(found).items():
        path.write_text(text)
        print(f"wrote {path.relative_to(DOCS.parent)}")


if __name__ == "__main__":
    main()

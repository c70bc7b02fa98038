"""The files that the import benchmarks read: endpoints of 22 columns, as CSV and as lines of JSON, the same rows."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COLUMNS = (
    "Id",
    "Address",
    "ChannelType",
    "OptOut",
    "Location.City",
    "Location.Country",
    "Location.PostalCode",
    "Location.Region",
    "Demographic.Platform",
    "Demographic.Make",
    "Demographic.Model",
    "Demographic.Locale",
    "Demographic.Timezone",
    "Demographic.AppVersion",
    "Attributes.Interests",
    "Attributes.Plan",
    "Attributes.Source",
    "Attributes.Store",
    "Attributes.Tier",
    "Attributes.Campaign",
    "Metrics.Orders",
    "Metrics.Revenue",
)
USER = "User.UserId"
_CITIES = ("Bonn", "Köln", "Graz", "Turin", "Lyon", "Gent", "Riga")


def values(number: int) -> list[str]:
    """Return the cells of one row, in the order of COLUMNS: some 200 bytes of CSV, 520 of JSON."""
    return [
        f"customer-{number:08d}",
        f"ada.lovelace.{number}@example.org",
        "EMAIL",
        "NONE" if number % 10 else "ALL",
        _CITIES[number % 7],
        "DE",
        f"{10000 + number % 89999}",
        "North Rhine-Westphalia",
        "ios" if number % 3 else "android",
        "Apple",
        f"iPhone {10 + number % 6}",
        "de_DE",
        "Europe/Berlin",
        f"4.{number % 12}.{number % 7}",
        "music" if number % 2 else "tea",
        "pro" if number % 4 else "free",
        f"newsletter-{number % 50}",
        f"store-{number % 400}",
        "gold" if number % 5 else "silver",
        f"spring-{number % 20}",
        f"{number % 40}",
        f"{number % 9000}.5",
    ]


def user_of(number: int, endpoints_a_user: int) -> str:
    """Return the user of a row where users have so many endpoints in a row."""
    return f"user-{number // endpoints_a_user:08d}"


def write_csv(path: Path, rows: int, endpoints_a_user: int = 0) -> Path:
    """Write rows as CSV, with a column for the user if users have endpoints."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*COLUMNS, *([USER] if endpoints_a_user else [])])
        for number in range(rows):
            user = [user_of(number, endpoints_a_user)] if endpoints_a_user else []
            writer.writerow([*values(number), *user])
    return path


def write_ndjson(path: Path, rows: int) -> Path:
    """Write the same rows as one JSON object a line."""
    with path.open("w") as file:
        for number in range(rows):
            file.write(json.dumps(document(number), ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def document(number: int) -> dict[str, Any]:
    """Return a row as the JSON of an endpoint."""
    whole: dict[str, Any] = {}
    for name, value in zip(COLUMNS, values(number), strict=True):
        part, _, rest = name.partition(".")
        if part == "Attributes":
            whole.setdefault(part, {})[rest] = [value]
        elif part == "Metrics":
            whole.setdefault(part, {})[rest] = float(value)
        elif rest:
            whole.setdefault(part, {})[rest] = value
        else:
            whole[part] = value
    return whole


def csv_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file by column, as the peers read them."""
    with path.open(newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        for cells in reader:
            yield dict(zip(header, cells, strict=True))

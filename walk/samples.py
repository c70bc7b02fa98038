"""The walk's files: a few thousand customers, CSV and JSON, some rows bad on purpose."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

CHANNELS = ("EMAIL", "SMS", "GCM", "APNS")
CITIES = (("Berlin", "DE"), ("Lyon", "FR"), ("Porto", "PT"), ("Austin", "US"))
HEADER = (
    "Id,Address,ChannelType,Location.City,Location.Country,Attributes.Interests,Attributes.Interests,"
    "Metrics.Orders,User.UserId,User.UserAttributes.Name"
)


@dataclass
class Sample:
    """Files to import, with the numbers of their good and bad rows and of the channels."""

    files: dict[str, bytes] = field(default_factory=dict)
    good: int = 0
    bad: int = 0
    channels: Counter[str] = field(default_factory=Counter)


def csv_sample(rows: int, *, files: int = 2) -> Sample:
    """Build CSV files, the second of them gzip, with quoted commas and line breaks and one row in 500 bad."""
    sample = Sample()
    lines = [HEADER]
    for number in range(rows):
        problem = _PROBLEMS[number // 500 % len(_PROBLEMS)] if number % 500 == 250 else ""  # noqa: PLR2004
        lines.append(problem or _csv_row(number))
        _count(sample, number, bad=bool(problem))
    if files == 1:
        sample.files["crm/2026/customers.csv"] = "\n".join(lines).encode()
        return sample
    half = rows // 2
    first, second = lines[: half + 1], [HEADER, *lines[half + 1 :]]
    sample.files["crm/2026/customers.csv"] = "\r\n".join(first).encode()
    sample.files["crm/2026/more/customers.csv.gz"] = gzip.compress("\n".join(second).encode())
    sample.files["crm/2026/readme.txt"] = b"Not a CSV file: it is reported as skipped.\n"
    return sample


def json_sample(first: int, rows: int) -> Sample:
    """Build one file of newline-delimited JSON, one row in 500 bad."""
    sample = Sample()
    lines = []
    for number in range(first, first + rows):
        bad = number % 500 == 250  # noqa: PLR2004
        lines.append('{"Id": "broken' if bad else json.dumps(_document(number)))
        _count(sample, number, bad=bad)
    sample.files[f"app/{first}/devices.json"] = "\n".join(lines).encode()
    return sample


def interested_in_music(rows: int) -> Iterator[str]:
    """Yield the ids of the good CSV rows whose interests hold music: the walk's dimensional segment."""
    return (f"customer-{n}" for n in range(rows) if n % 500 != 250 and n % 3 == 0)  # noqa: PLR2004


_PROBLEMS = (
    "customer-bad,someone@example.com,PIGEON,,,,,,,",
    "customer-bad,someone@example.com,EMAIL,,Atlantis,,,,,",
    "customer-bad,someone@example.com,EMAIL",
    "customer-bad,,,Berlin,DE,,,,,",
    "customer-bad,someone@example.com,EMAIL,,,,,many,,",
)


def _csv_row(number: int) -> str:
    city, country = CITIES[number % 4]
    interests = '"music, live","tea"' if number % 3 == 1 else ("music,tea" if number % 3 == 0 else ",")
    name = f'"Ada ""the {number}th""\nof {city}"' if number % 7 == 0 else f"Ada {number}"
    user = f"user-{number},{name}" if number % 2 else ","
    address = f"ada{number}@example.com"
    return f"customer-{number},{address},{CHANNELS[number % 2]},{city},{country},{interests},{number % 50},{user}"


def _document(number: int) -> dict[str, Any]:
    city, country = CITIES[number % 4]
    return {
        "Id": f"device-{number}",
        "Address": f"token-{number}",
        "ChannelType": CHANNELS[number % 2],
        "Demographic": {"Platform": "ios" if number % 2 else "android", "AppVersion": "2.1"},
        "Location": {"City": city, "Country": country, "Latitude": 48.1, "Longitude": 11.5},
        "Attributes": {"Plan": ["pro" if number % 5 == 0 else "free"]},
        "Metrics": {"Sessions": number % 30},
    }


def _count(sample: Sample, number: int, *, bad: bool) -> None:
    if bad:
        sample.bad += 1
    else:
        sample.good += 1
        sample.channels[CHANNELS[number % 2]] += 1

"""Made-up endpoints and users, as their items are in the table: with the names, places and repetition of real ones.

Random text would not compress, and the compressor would be half of what an export costs.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

Item = dict[str, Any]
FIRST = (
    "Ada",
    "Alan",
    "Barbara",
    "Donald",
    "Edsger",
    "Grace",
    "Hedy",
    "Jörg",
    "Katherine",
    "Linus",
    "Radia",
    "Zoë",
)
LAST = (
    "Borg",
    "Dijkstra",
    "Hamilton",
    "Hopper",
    "Knuth",
    "Lamarr",
    "Liskov",
    "Lovelace",
    "Perlman",
    "Turing",
)
PLACES = (
    ("Austin", "US", "TX", "73301", "30.3", "-97.7"),
    ("Bonn", "DE", "NW", "53111", "50.7", "7.1"),
    ("Lisbon", "PT", "11", "1100-148", "38.7", "-9.1"),
    ("Lyon", "FR", "ARA", "69001", "45.8", "4.8"),
    ("Malmö", "SE", "M", "211 20", "55.6", "13"),
    ("Osaka", "JP", "27", "530-0001", "34.7", "135.5"),
)
INTERESTS = ("books", "chess", "films", "music", "running", "tea")
TIERS = ("bronze", "gold", "silver")


def endpoint_item(random: Random, name: str, *, with_user: bool) -> Item:
    """Return an endpoint's item of 1.0 KB; its document is 0.6 KB of JSON."""
    city, country, region, code, latitude, longitude = random.choice(PLACES)
    person = f"{random.choice(FIRST)}.{random.choice(LAST)}".lower()
    texts = {
        "Address": f"{person}{random.randrange(10_000)}@example.org",
        "ChannelType": "EMAIL",
        "EffectiveDate": _date(random),
        "EndpointStatus": "ACTIVE",
        "OptOut": random.choice(("NONE", "NONE", "NONE", "ALL")),
        "Location.City": city,
        "Location.Country": country,
        "Location.PostalCode": code,
        "Location.Region": region,
        "Demographic.AppVersion": f"{random.randrange(1, 6)}.{random.randrange(20)}",
        "Demographic.Locale": f"{country.lower()}_{country}",
        "Demographic.Platform": random.choice(("android", "ios", "web")),
    }
    if with_user:
        texts["User.UserId"] = f"user-{random.getrandbits(40):010x}"
    numbers = {
        "Location.Latitude": latitude,
        "Location.Longitude": longitude,
        "Metrics.orders": str(random.randrange(40)),
        "Metrics.spent": str(random.randrange(100_000) / 100),
        "ingested": str(1_764_000_000_000 + random.randrange(10**9)),
    }
    lists = {
        "Attributes.customer": [f"{random.getrandbits(64):016x}"],
        "Attributes.interests": random.sample(INTERESTS, 2),
        "Attributes.store": [f"store-{random.randrange(300)}"],
        "Attributes.tier": [random.choice(TIERS)],
    }
    return _item("app#00", f"E#{name}", texts, numbers, lists)


def user_item(key: Mapping[str, Mapping[str, str]]) -> Item:
    """Return the item of a user with three attributes, by its key."""
    name = key["sk"]["S"]
    random = Random(name)
    lists = {
        "User.UserAttributes.FirstName": [random.choice(FIRST)],
        "User.UserAttributes.LastName": [random.choice(LAST)],
        "User.UserAttributes.Tier": [random.choice(TIERS)],
    }
    item = _item(key["pk"]["S"], name, {}, {"ingested": "1764000000000"}, lists)
    return item | {"endpoint_ids": {"SS": [f"endpoint-of-{name}"]}}


def _date(random: Random) -> str:
    day = f"2026-{random.randrange(1, 12):02d}-{random.randrange(1, 29):02d}"
    return f"{day}T{random.randrange(24):02d}:{random.randrange(60):02d}:{random.randrange(60):02d}.000Z"


def _item(
    pk: str, sk: str, texts: Mapping[str, str], numbers: Mapping[str, str], lists: Mapping[str, list[str]]
) -> Item:
    item: Item = {"pk": {"S": pk}, "sk": {"S": sk}}
    item |= {name: {"S": text} for name, text in texts.items()}
    item |= {name: {"N": number} for name, number in numbers.items()}
    return item | {name: {"L": [{"S": text} for text in values]} for name, values in lists.items()}

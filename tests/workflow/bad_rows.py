"""Rows that cannot go in, one of each kind, each with its field and the beginning of its reason."""

import json

LONG = "x" * 101

CSV_HEADER = (
    "Id,Address,ChannelType,OptOut,Location.Country,Location.Latitude,Metrics.m,Attributes.a,"
    "User.UserId,User.UserAttributes.b,EffectiveDate,Color"
)
CSV_ROWS: list[tuple[bytes, str, str]] = [
    (b"b1,a@example.org,PIGEON,,,,,,,,,", "ChannelType", "'PIGEON' is not one of ADM, APNS"),
    (b"b2,a@example.org,EMAIL,SOME,,,,,,,,", "OptOut", "'SOME' is not one of ALL, NONE"),
    (b"b3,a@example.org,EMAIL,,Atlantis,,,,,,,", "Location.Country", "'Atlantis' is not a country code"),
    (b"b4,a@example.org,EMAIL,,,91,,,,,,", "Location.Latitude", "'91' is not between -90 and 90"),
    (b"b5,a@example.org,EMAIL,,,,many,,,,,", "Metrics.m", "'many' is not a number"),
    (b"b6,a@example.org,EMAIL,,,,1e999,,,,,", "Metrics.m", "'1e999' is not a number"),
    (f"b7,a@example.org,EMAIL,,,,,{LONG},,,,".encode(), "Attributes.a", f"'{LONG[:98]}"),
    (f"b8,a@example.org,EMAIL,,,,,,,{LONG},,".encode(), "User.UserAttributes.b", f"'{LONG[:98]}"),
    (b"b9,a@example.org,EMAIL,,,,,,,,yesterday,", "EffectiveDate", "'yesterday' is not an ISO 8601 date"),
    (b"b10,a@example.org,MAIL,,,,,,,,,red", "ChannelType", "'MAIL' is not one of ADM"),
    (b"b11,a@example.org,EMAIL", "", "has 3 columns where the header has 12"),
    (b"b12,a@example.org,EMAIL,,,,,,,,,,,", "", "has 14 columns where the header has 12"),
    (b"b13,,EMAIL,,,,,,,,,", "Address", "a new endpoint needs Address and ChannelType"),
    (b"b14,a@example.org,,,,,,,,,,", "ChannelType", "a new endpoint needs Address and ChannelType"),
    (b",a@example.org,,,,,,,,,,", "ChannelType", "a row without Id needs Address and ChannelType"),
    (b",,,,,,,,nobody,,,", "User.UserId", "'nobody' has no endpoints"),
    (b"b17,\xff@example.org,EMAIL,,,,,,,,,", "", "not UTF-8 at byte 5 of the row"),
    (b'b18,"a"@example.org,EMAIL,,,,,,,,,', "", "not CSV: "),
    (b"b" * 1023 + b",a@example.org,EMAIL,,,,,,,,,", "Id", "longer than 1022 bytes"),
    (b"b20,a@example.org,EMAIL,,," + b",x" * (1 << 19), "", "too large: more than 1048576 bytes"),
    # The last: an open quote takes in whatever closes it.
    (b'b21,"a@example.org,EMAIL,,,,,,,,,', "", "a quote is opened and not closed"),
]


def _row(**members: object) -> bytes:
    return json.dumps({"Id": "b", "Address": "a", "ChannelType": "SMS", **members}).encode()


JSON_ROWS: list[tuple[bytes, str, str]] = [
    (b'{"Id": "b1"', "", "not JSON: "),
    (b'["b2"]', "", "not a JSON object"),
    (b'{"Id": "\xff"}', "", "not UTF-8 at byte 9 of the row"),
    (_row(OptOutt="ALL"), "OptOutt", "'OptOutt' is not a column of an endpoint: 'OptOut' was probably"),
    (_row(Address=[5]), "Address", "[5] is not a string"),
    (_row(Address=""), "Address", "is empty"),
    (_row(Attributes=["a"]), "Attributes", "['a'] is not an object"),
    (_row(Attributes={"a": {"b": "c"}}), "Attributes.a", "{'b': 'c'} is not a list of strings"),
    (_row(Attributes={"n" * 51: ["a"]}), f"Attributes.{'n' * 50}", "the name has not 1 to 50 characters"),
    (_row(Attributes={"a": ["v"] * 51}), "Attributes.a", "has 51 values, more than 50"),
    (_row(Attributes={f"a{n}": ["ü" * 100] for n in range(80)}), "", "the endpoint is too large"),
    (_row(Metrics={"m": True}), "Metrics.m", "True is not a number"),
    (_row(Location={"Ciity": "Bonn"}), "Location.Ciity", "'Location.Ciity' is not a column"),
    (_row(**{"Location.City": "Bonn"}), "Location.City", "is not a member of an endpoint: nest it"),
    (_row(User={"UserId": {}}), "User.UserId", "{} is not a string"),
    (_row(EndpointStatus="GONE"), "EndpointStatus", "'GONE' is not one of ACTIVE, INACTIVE"),
    (b'{"ChannelType": "SMS"}', "Address", "a row without Id needs Address and ChannelType"),
    (b'{"Id": "b18", "OptOut": "ALL"}', "Address", "a new endpoint needs Address and ChannelType"),
]

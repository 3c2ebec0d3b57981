#!/usr/bin/env python3
"""Makes the small tables that the tests read, of documentation prefixes only (RFC 5737, RFC 3849).

    make_asn_table_samples.py tests/data/geo

asn.mmdb and country.mmdb name their fields as MaxMind does, flat.mmdb as IPinfo and ip-location-db
do. The files are committed; run this again after a change here.
"""

import ipaddress
import pathlib
import sys

import make_asn_table_mmdb as mmdb

BUILT = 1_700_000_000

ASNS = [
    ("192.0.2.0/24", 64496, "Example Hosting"),
    ("198.51.100.0/24", 64501, "Example Mobile"),
    ("203.0.113.0/25", 64500, "Example Home"),
    ("203.0.113.128/26", 64502, "Example Office"),
    ("2001:db8:1::/48", 64500, "Example Home"),
    ("2001:db8:2::/48", 64501, "Example Mobile"),
    ("2001:db8:3::/64", 64502, "Example Office"),
]
COUNTRIES = [("198.51.100.0/24", "IR"), ("203.0.113.0/24", "DE"), ("2001:db8::/32", "DE")]


def ranges(rows, record_of):
    v4, v6 = [], []
    for prefix, *values in rows:
        network = ipaddress.ip_network(prefix)
        first, last = int(network.network_address), int(network.broadcast_address)
        (v4 if network.version == 4 else v6).append((first, last, record_of(*values)))
    return v4, v6


def maxmind_asn(number, organisation):
    return (
        ("autonomous_system_number", number),
        ("autonomous_system_organization", organisation),
    )


def maxmind_country(code):
    return (("country", (("geoname_id", 1), ("iso_code", code))),)


def flat(number, organisation):
    return (("as_name", organisation), ("asn", f"AS{number}"), ("country_code", "NL"))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows, record_of in (
        ("asn", ASNS, maxmind_asn),
        ("country", COUNTRIES, maxmind_country),
        ("flat", ASNS, flat),
        ("other", [("192.0.2.0/24", "x")], lambda text: (("anything", text),)),
    ):
        path = folder / f"{name}.mmdb"
        mmdb.write(path, *ranges(rows, record_of), f"Test-{name}", "documentation prefixes", BUILT)
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

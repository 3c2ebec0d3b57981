#!/usr/bin/env python3
"""Makes asn.mmdb from the two CSV files of the package @ip-location-db/asn.

    make_asn_table.py --v4 asn-ipv4-num.csv --v6 asn-ipv6-num.csv --version 2.3.20260617 --out asn.mmdb

Each row is: first address, last address (as decimal numbers), AS number, organisation. A row that
is not so stops the run: a table with holes would silently count carriers as many networks.
"""

import argparse
import csv
import os
import sys
import time

import make_asn_table_mmdb as mmdb

ATTRIBUTION = (
    "IP to ASN, CC BY 4.0: RouteViews (routeviews.org), IP Geolocation by DB-IP (https://db-ip.com), "
    "NRO (nro.net); merged by ip-location-db (https://github.com/sapics/ip-location-db), version "
)


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.reader(file), 1):
            try:
                start, end, asn, organisation = row
                record = (
                    ("autonomous_system_number", int(asn)),
                    ("autonomous_system_organization", organisation),
                )
                yield int(start), int(end), record
            except ValueError as error:
                sys.exit(f"{path}:{number}: expected first, last, AS number, organisation: {error}")


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("v4", "v6", "version", "out"):
        options.add_argument(f"--{name}", required=True)
    asked = options.parse_args()
    began = time.monotonic()
    v4, v6 = list(rows(asked.v4)), list(rows(asked.v6))
    if len(v4) < 100_000 or len(v6) < 20_000:
        sys.exit(f"only {len(v4)} IPv4 and {len(v6)} IPv6 ranges: this is not the whole table")
    unfinished = f"{asked.out}.{os.getpid()}"
    nodes = mmdb.write(
        unfinished, v4, v6, "Fairgate-ASN", ATTRIBUTION + asked.version, int(time.time())
    )
    size = os.path.getsize(unfinished)
    os.replace(unfinished, asked.out)
    print(
        f"{asked.out}: {len(v4)} IPv4 and {len(v6)} IPv6 ranges, {nodes} nodes, "
        f"{size / 1e6:.1f} MB, {time.monotonic() - began:.1f} s"
    )


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The writer of the table of networks; what it writes is read by src/geo's tests."""

import ipaddress
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import make_asn_table_mmdb as mmdb

ROOT = pathlib.Path(__file__).resolve().parent.parent


def look_up(path, text):
    """A reader of our own, of 24-bit tables: the node or data offset of an address."""
    data = path.read_bytes()
    count = data.index(mmdb.MARKER)
    metadata = data[count:]
    at = metadata.index(b"node_count") + len(b"node_count")
    size = metadata[at] & 31
    nodes = int.from_bytes(metadata[at + 1 : at + 1 + size], "big")
    address = int(ipaddress.ip_address(text))
    record = 0
    for bit in range(127, -1, -1):
        if record >= nodes:
            break
        start = record * 6 + 3 * (address >> bit & 1)
        record = int.from_bytes(data[start : start + 3], "big")
    return None if record == nodes else record - nodes - 16


class Merged(unittest.TestCase):
    def test_neighbours_of_one_record_become_one(self):
        self.assertEqual(mmdb.merged([(4, 7, "a"), (0, 3, "a")]), [(0, 7, "a")])

    def test_of_two_that_overlap_the_first_keeps_what_both_claim(self):
        self.assertEqual(mmdb.merged([(0, 9, "a"), (5, 12, "b")]), [(0, 9, "a"), (10, 12, "b")])
        self.assertEqual(mmdb.merged([(0, 9, "a"), (5, 6, "b")]), [(0, 9, "a")])


class Write(unittest.TestCase):
    def test_every_address_finds_its_range_and_no_other(self):
        for seed in range(30):
            dice = random.Random(seed)
            cuts = sorted(dice.sample(range(256), 9))
            ranges = [
                (first, last - 1, (("name", f"r{first}"),))
                for first, last in zip(cuts, cuts[1:])
                if dice.random() < 0.7
            ]
            base = int(ipaddress.ip_address("2001:db8::"))
            v6 = [(base + first, base + last, record) for first, last, record in ranges]
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "t.mmdb"
                mmdb.write(path, ranges, v6, "test", "test", 0)
                for prefix in ("::", "2001:db8::", "::ffff:0.0.0.0"):
                    start = int(ipaddress.ip_address(prefix))
                    found = [look_up(path, str(ipaddress.IPv6Address(start + i))) for i in range(256)]
                    for i, offset in enumerate(found):
                        owner = [row for row in ranges if row[0] <= i <= row[1]]
                        self.assertEqual(offset is not None, bool(owner), f"seed {seed}, {prefix}{i}")
                        if owner:
                            self.assertEqual(offset, found[owner[0][0]])


class Samples(unittest.TestCase):
    def test_the_committed_tables_are_what_the_script_makes(self):
        with tempfile.TemporaryDirectory() as folder:
            script = ROOT / "tools/make_asn_table_samples.py"
            subprocess.run([sys.executable, script, folder], check=True, stdout=subprocess.DEVNULL)
            for made in pathlib.Path(folder).iterdir():
                committed = ROOT / "tests/data/geo" / made.name
                self.assertEqual(made.read_bytes(), committed.read_bytes(), made.name)


if __name__ == "__main__":
    unittest.main()

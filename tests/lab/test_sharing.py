#!/usr/bin/env python3
"""A phone on the move and two homes on one account, told apart by the real log they leave."""
import time
import unittest

from lab import fairgate, require
from proxy import ProxyLab

SECONDS = 90  # a minute of two homes at once is what counts, and the phone needs time to travel
JOURNEY = ["203.0.113.77", "198.51.100.77", "192.0.2.77", "203.0.113.78"]


class Sharing(unittest.TestCase):
    def test_two_homes_at_once_are_found_and_a_phone_on_the_move_is_not(self):
        with ProxyLab(["1.alice", "2.bob"]) as lab:
            for name, protocol, address in (("home-a", "vmess", "203.0.113.10"), ("home-b", "trojan", "198.51.100.20")):
                lab.browse(lab.client(name, protocol, "1.alice", address))
            phone = lab.client("phone", "vless", "2.bob", JOURNEY[0])
            lab.browse(phone)
            for address in JOURNEY[1:]:
                time.sleep(SECONDS / len(JOURNEY))
                lab.readdress(phone, address)
            time.sleep(SECONDS / len(JOURNEY))

            for address in JOURNEY:
                self.assertGreater(len(lab.lines_of(f" {address}:", "email: 2.bob")), 10)
            report = fairgate("replay", "--general", 1, lab.access_log)
            self.assertEqual([(v["account"], v["devices"]) for v in report["violations"]], [("alice", 2)])
            self.assertEqual(fairgate("replay", "--general", 2, lab.access_log)["violations"], [])


if __name__ == "__main__":
    require("v2ray", "curl", "ss")
    unittest.main()

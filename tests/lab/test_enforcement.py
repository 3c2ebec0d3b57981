#!/usr/bin/env python3
"""Two homes on one account are found, disabled at the panel, and given back when it is due; a phone
on the move is left alone."""
import threading
import time
import unittest

from hub import FOUND_WITHIN, EnforcingLab
from lab import fairgate, require

BLOCK = 15
JOURNEY = ["203.0.113.77", "198.51.100.77", "192.0.2.77", "203.0.113.78"]


class Enforcement(unittest.TestCase):
    def test_sharing_is_found_acted_on_and_given_back_and_a_phone_is_left_alone(self):
        with EnforcingLab(["alice", "bob"], BLOCK) as lab:
            phone = lab.client("phone", "vless", lab.emails["bob"], JOURNEY[0])
            lab.browse(phone)
            travel = self.travel(lab, phone)
            shared = lab.share("alice")

            disabled = lab.wait_for_status("alice", "disabled", FOUND_WITHIN)
            self.assertLess(disabled - shared, FOUND_WITHIN)
            lab.let_in(["bob"])
            enabled = lab.wait_for_status("alice", "active", BLOCK + 60)
            self.assertGreater(enabled - disabled, BLOCK - 5)
            travel.join()
            self.assertEqual(lab.status_at_panel("bob"), "active")
            self.assertEqual(lab.changes("bob"), [])
            self.assertEqual(len(lab.changes("alice")), 2, lab.changes("alice"))
            found = fairgate("replay", "--general", 1, lab.access_log)["violations"]
            self.assertEqual([(v["account"], v["devices"]) for v in found], [(lab.emails["alice"], 2)])

    @staticmethod
    def travel(lab, phone):
        def move():
            for address in JOURNEY[1:]:
                time.sleep(20)
                lab.readdress(phone, address)

        journey = threading.Thread(target=move, daemon=True)
        journey.start()
        return journey


if __name__ == "__main__":
    require("v2ray", "curl", "ss", "openssl")
    unittest.main()

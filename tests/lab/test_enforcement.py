#!/usr/bin/env python3
"""Two homes on one account are found, disabled at the panel, and given back when it is due; a phone
on the move is left alone. Killing the daemon between the steps of its journal changes nothing."""
import threading
import time
import unittest

from hub import EnforcingLab
from lab import fairgate, require

FOUND_WITHIN = 120  # the promise: two minutes from the first moment both homes are there
BLOCK = 30
JOURNEY = ["203.0.113.77", "198.51.100.77", "192.0.2.77", "203.0.113.78"]


class Enforcement(unittest.TestCase):
    def test_sharing_is_found_acted_on_and_given_back_and_a_phone_is_left_alone(self):
        with EnforcingLab(["alice", "bob"], BLOCK) as lab:
            phone = lab.client("phone", "vless", lab.emails["bob"], JOURNEY[0])
            lab.browse(phone)
            travel = self.travel(lab, phone)
            shared = self.share(lab)

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

    def test_a_daemon_killed_between_the_steps_of_its_journal_changes_nothing_of_that(self):
        # The panel answers late, so that each state lasts long enough to be killed in.
        with EnforcingLab(["alice", "bob"], BLOCK, slow_ms=1500) as lab:
            shared = self.share(lab)
            decided = lab.wait_for_state("pending", FOUND_WITHIN)
            lab.crash_and_restart()
            disabled = lab.wait_for_status("alice", "disabled", 60)
            self.assertLess(disabled - shared, FOUND_WITHIN)
            lab.let_in(["bob"])
            lab.wait_for_state("active", 60)
            lab.crash_and_restart()
            self.assertEqual(lab.status_at_panel("alice"), "disabled")

            lab.wait_for_state("lifting", BLOCK + 30)
            lab.crash_and_restart()
            enabled = lab.wait_for_status("alice", "active", 60)
            self.assertGreater(enabled - decided, BLOCK - 1)
            lab.wait_for_state("lifted", 60)
            lab.crash_and_restart()
            time.sleep(3)
            self.assertEqual(lab.status_at_panel("alice"), "active")
            self.assertEqual(lab.changes("bob"), [])
            print(*lab.steps(), sep="\n")

    @staticmethod
    def share(lab):
        """Two homes use one account; the moment at which both did."""
        for name, protocol, address in (("home-a", "vmess", "203.0.113.10"), ("home-b", "trojan", "198.51.100.20")):
            lab.browse(lab.client(name, protocol, lab.emails["alice"], address))
        lab.wait_for_line("203.0.113.10:", seconds=20)
        lab.wait_for_line("198.51.100.20:", seconds=20)
        return time.monotonic()

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

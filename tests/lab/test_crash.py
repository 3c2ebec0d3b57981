#!/usr/bin/env python3
"""Killing the daemon between the steps of its journal changes nothing of what is found, done and given back."""
import time
import unittest

from hub import FOUND_WITHIN, EnforcingLab
from lab import require

BLOCK = 30


class Crash(unittest.TestCase):
    def test_a_daemon_killed_between_the_steps_of_its_journal_changes_nothing_of_that(self):
        # The panel answers late, so that each state lasts long enough to be killed in.
        with EnforcingLab(["alice", "bob"], BLOCK, slow_ms=1500) as lab:
            shared = lab.share("alice")
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


if __name__ == "__main__":
    require("v2ray", "curl", "ss", "openssl")
    unittest.main()

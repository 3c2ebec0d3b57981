#!/usr/bin/env python3
"""The disk is full: nothing new is enforced, what is due is given back all the same, and the journal catches up."""
import unittest

from rig import Rig, in_own_mounts, mount_small_disk, wait_for


class Disk(unittest.TestCase):
    def test_a_full_disk_keeps_nobody_blocked_and_blocks_nobody(self):
        with Rig() as rig:
            mount_small_disk(rig.state, 2048)
            rig.start()
            rig.wait_until_synced()
            rig.block("ali", "15s")
            blocked = rig.panel.wait_for("ali", "disabled")
            rig.wait_for_states("active")
            ballast = rig.state / "ballast"
            with open(ballast, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 4096)
                except OSError:
                    pass
            # The database may have room inside its files for a little while.
            refused = wait_for("a refusal", lambda: self.refusal(rig), 10)
            self.assertIn("FG-STO-004", refused.stderr)
            self.assertIn("free some space", refused.stderr)
            self.assertEqual(rig.panel.status("sara"), "active")
            wait_for("the reason", lambda: [r for r in self.reasons(rig) if "FG-STO-004" in r], 8, 0.3)
            released = rig.panel.wait_for("ali", "active", 20)
            self.assertGreater(released - blocked, 12)
            self.assertLess(released - blocked, 25)
            ballast.unlink()
            wait_for("the journal", lambda: rig.states()[:1] == ["lifted"], 20)
            rig.block("sara", "30s")
            rig.panel.wait_for("sara", "disabled")
            wait_for("no reason", lambda: not [r for r in self.reasons(rig) if "FG-STO" in r], 8, 0.3)

    @staticmethod
    def reasons(rig):
        return rig.ask("status")["not_enforcing_because"]

    @staticmethod
    def refusal(rig):
        done = rig.run("limit", "set", "sara", "3", "--reason", "x" * 3000, "--yes")
        if done.returncode == 0:
            return None
        done = rig.block("sara", "30s", codes=(1,))
        return done


if __name__ == "__main__":
    in_own_mounts()
    unittest.main()

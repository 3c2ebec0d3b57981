#!/usr/bin/env python3
"""Somebody sets the machine's clock while accounts are blocked: nobody is released early, nobody is kept, and it is
told. Nothing is counted across it."""
import os
import pathlib
import time
import types
import unittest

from rig import Rig, skip, wait_for

LIBRARY = os.environ.get("FAIRGATE_TEST_CLOCK_LIBRARY", "")


class Clock(unittest.TestCase):
    def test_a_clock_that_leaps_neither_releases_nor_keeps(self):
        for leap in (7200, -7200):
            with self.subTest(leap=leap), Rig() as rig:
                rig.clock = types.SimpleNamespace(library=LIBRARY, file=rig.folder / "clock")
                self.set_clock(rig, 0)
                rig.start()
                rig.wait_until_synced()
                rig.block("ali", "9s")
                blocked = rig.panel.wait_for("ali", "disabled")
                self.set_clock(rig, leap)
                notices = wait_for("a notice", lambda: rig.ask("status")["notices"], 10, 0.3)
                self.assertIn("FG-DOC-009: the clock of this machine was set", notices[0])
                self.assertIn("forward by 2 h" if leap > 0 else "back by 2 h", notices[0])
                self.assertEqual(rig.panel.status("ali"), "disabled")
                released = rig.panel.wait_for("ali", "active", 15)
                self.assertGreater(released - blocked, 6)
                self.assertTrue(any("the clock was set" in step[2] for step in rig.steps()))
                doctor = rig.run("doctor", "--only", "clock").stdout
                self.assertIn("the clock of this machine was set", doctor)

    def test_a_clock_set_back_while_the_daemon_was_down_keeps_nobody_longer(self):
        with Rig() as rig:
            rig.clock = types.SimpleNamespace(library=LIBRARY, file=rig.folder / "clock")
            self.set_clock(rig, 0)
            rig.start()
            rig.wait_until_synced()
            rig.block("ali", "8s")
            blocked = rig.panel.wait_for("ali", "disabled")
            rig.wait_for_states("active")
            rig.kill()
            self.set_clock(rig, -3600)
            rig.start()
            released = rig.panel.wait_for("ali", "active", 20)
            self.assertGreater(released - blocked, 5)

    @staticmethod
    def set_clock(rig, ahead):
        other = rig.folder / "clock.new"
        other.write_text(str(ahead))
        other.rename(rig.folder / "clock")


if __name__ == "__main__":
    if not pathlib.Path(LIBRARY).is_file():
        skip("the library that moves the clock was not built")
    unittest.main()

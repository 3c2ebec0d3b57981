#!/usr/bin/env python3
"""A log that vanishes, is no file, or goes on while nobody reads it: what the operator sees, what is counted, and who is
blocked."""
import unittest

from rig import Rig, wait_for


class Source(unittest.TestCase):
    def test_a_log_that_vanishes_is_told_and_a_block_ends_all_the_same(self):
        with Rig(mode="enforce", block="10s") as rig:
            rig.share("ali")
            rig.start()
            rig.panel.wait_for("ali", "disabled", 25)
            rig.log.unlink()
            rig.log.mkdir()
            rig.kill()  # while it runs, a log that was moved away is read on for a while: rotation
            rig.start()
            self.wait_for_source(rig, "failed", "FG-SRC-010")  # a folder is no log
            rig.log.rmdir()
            self.wait_for_source(rig, "failed", "FG-SRC-010")
            reasons = rig.ask("status")["not_enforcing_because"]
            self.assertTrue(any("no source can be relied on" in reason for reason in reasons), reasons)
            rig.panel.wait_for("ali", "active", 20)
            rig.log.write_text(rig.line("sara", "203.0.113.7"))
            self.wait_for_source(rig, "live")
            self.assertEqual(rig.panel.status("ali"), "active", "nothing new was seen of it")
            self.assertEqual(len(rig.states()), 1)

    def test_what_was_undone_does_not_count_when_it_is_read_again_after_a_restart(self):
        with Rig(mode="enforce", block="1h") as rig:
            rig.log.write_text(rig.line("sara", "203.0.113.7"))
            rig.start()
            wait_for("a position", lambda: rig.rows("SELECT position FROM source_position"))
            rig.share("ali")  # behind the position that is stored: read again
            rig.panel.wait_for("ali", "disabled", 25)
            rig.wait_for_states("active")
            self.assertEqual(rig.run("undo", "--account", "ali", "--yes").returncode, 0)
            rig.wait_for_states("lifted")
            rig.stop()
            rig.share("sara")
            rig.start()
            rig.panel.wait_for("sara", "disabled", 25)
            self.assertEqual(rig.panel.status("ali"), "active")
            self.assertEqual(len(rig.rows("SELECT id FROM decision WHERE name = 'ali'")), 1)

    def test_after_a_crash_the_file_is_caught_up_and_nothing_counts_twice(self):
        with Rig(mode="enforce", block="1h") as rig:
            rig.share("ali")
            rig.start()
            rig.panel.wait_for("ali", "disabled", 25)
            rig.wait_for_states("active")
            wait_for("a position", lambda: rig.rows("SELECT position FROM source_position"))
            rig.kill()
            rig.share("sara")  # while nobody reads
            rig.start()
            rig.panel.wait_for("sara", "disabled", 25)
            self.assertEqual(rig.rows("SELECT name, devices FROM violation ORDER BY id"), [("ali", 2), ("sara", 2)])
            self.assertEqual(len(rig.rows("SELECT id FROM decision")), 2, "ali's is the same one as before")
            self.assertEqual(rig.panel.status("ali"), "disabled", "a restart releases nobody")

    def wait_for_source(self, rig, state, code=""):
        def probe():
            source = rig.ask("status")["sources"][0]
            return source["state"] == state and code in str(source.get("error"))
        try:
            wait_for(f"source {state} {code}", probe, 20, 0.3)
        except AssertionError:
            print(rig.ask("status")["sources"])
            raise


if __name__ == "__main__":
    unittest.main()

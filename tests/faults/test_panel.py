#!/usr/bin/env python3
"""A panel that is down, lies, or changes its users meanwhile: what the operator sees, and that nobody stays blocked or is
released wrongly."""
import time
import unittest

from rig import Rig, wait_for


class Panel(unittest.TestCase):
    def test_a_panel_that_is_down_when_a_block_is_due_releases_as_soon_as_it_is_back(self):
        with Rig() as rig:
            self.begin(rig)
            rig.block("ali", "5s")
            rig.panel.wait_for("ali", "disabled")
            rig.wait_for_states("active")
            rig.panel.tell("stop")
            rig.wait_for_states("lifting")
            reasons = wait_for("a reason", lambda: [r for r in rig.ask("status")["not_enforcing_because"]
                                                    if "cannot act" in r and "FG-NET" in r], 15)
            self.assertIn("pasarguard", reasons[0])
            rig.panel.tell("start")
            rig.panel.wait_for("ali", "active", 25)
            rig.wait_for_states("lifted")

    def test_a_block_that_was_over_before_the_panel_came_back_is_never_carried_out(self):
        with Rig() as rig:
            self.begin(rig)
            rig.panel.tell("stop")
            rig.block("ali", "3s")
            rig.block("sara", "1h")
            time.sleep(4)
            rig.panel.tell("start")
            rig.panel.wait_for("sara", "disabled", 25)
            wait_for("the end of ali's", lambda: rig.states()[0] == "lifted")
            self.assertEqual(rig.panel.status("ali"), "active")
            self.assertEqual(rig.panel.orders("ali"), [])

    def test_a_panel_that_takes_orders_and_does_nothing_is_found_out(self):
        with Rig() as rig:
            self.begin(rig)
            for method in ("PUT", "POST"):
                rig.panel.tell(f"fault lie {method} /api/user -1")
            rig.block("ali", "20s")
            told = wait_for("the alarm", lambda: [s for s in rig.steps() if "has no effect" in s[2]], 15)
            self.assertTrue(told)
            shown = rig.run("doctor").stdout
            self.assertIn("still not blocked for sure", shown)
            rig.panel.tell("clear")
            rig.wait_for_states("lifted", seconds=40)
            self.assertEqual(rig.panel.status("ali"), "active")

    def test_a_release_that_the_panel_only_pretends_is_repeated_until_it_is_true(self):
        with Rig() as rig:
            self.begin(rig)
            rig.block("ali", "4s")
            rig.panel.wait_for("ali", "disabled")
            rig.wait_for_states("active")
            for method in ("PUT", "POST"):
                rig.panel.tell(f"fault lie {method} /api/user -1")
            rig.wait_for_states("lifting")
            time.sleep(3)
            self.assertEqual(rig.states(), ["lifting"], "not called lifted while the panel says disabled")
            rig.panel.tell("clear")
            rig.panel.wait_for("ali", "active", 25)
            rig.wait_for_states("lifted")

    def test_an_account_deleted_and_made_anew_is_left_alone(self):
        with Rig(names=("ali", "sara", "omid")) as rig:
            self.begin(rig)
            for name in ("ali", "sara"):
                rig.block(name, "5s")
                rig.panel.wait_for(name, "disabled")
            rig.wait_for_states("active", "active")
            rig.panel.tell("delete ali")
            rig.panel.tell("delete sara")
            rig.panel.tell("create sara", "account sara")
            seen = len(rig.panel.lines)
            wait_for("both to be over", lambda: set(rig.states()) <= {"failed", "lifted"}, 25)
            self.assertEqual(rig.panel.status("ali"), "gone")
            self.assertEqual(rig.panel.status("sara"), "active")
            self.assertEqual([x for x in rig.panel.lines[seen:] if x.startswith(("PUT ", "POST ")) and "/token" not in x], [])
            self.assertEqual(rig.ask("status")["measures"]["lifting"], 0)

    def test_what_an_administrator_did_by_hand_stays(self):
        with Rig(names=("ali", "sara")) as rig:
            rig.panel.tell("disable sara")
            self.begin(rig)
            rig.block("ali", "6s")
            rig.block("sara", "4s")
            rig.panel.wait_for("ali", "disabled")
            wait_for("both in force", lambda: rig.states()[0] == "active")
            rig.panel.tell("enable ali")
            wait_for("both to be over", lambda: set(rig.states()) <= {"failed", "lifted"}, 25)
            self.assertEqual(rig.panel.status("ali"), "active")
            self.assertEqual(rig.panel.status("sara"), "disabled", "it was disabled before us")

    def test_a_slow_panel_holds_up_nothing_else(self):
        with Rig() as rig:
            self.begin(rig)
            rig.panel.tell("fault slow POST /api/user -1 2500")
            rig.panel.tell("fault slow PUT /api/user -1 2500")
            rig.block("ali", "4s")
            begun = time.monotonic()
            rig.ask("status")
            self.assertLess(time.monotonic() - begun, 2.5)
            rig.panel.wait_for("ali", "disabled")
            rig.panel.wait_for("ali", "active", 25)
            rig.wait_for_states("lifted")
            self.assertEqual(len(rig.panel.orders("ali")), 2, rig.panel.orders("ali"))

    @staticmethod
    def begin(rig):
        rig.start()
        rig.wait_until_synced()


if __name__ == "__main__":
    unittest.main()

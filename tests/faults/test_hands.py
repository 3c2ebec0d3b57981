#!/usr/bin/env python3
"""A panel that changes its users meanwhile, or does nothing of what it says: what the operator sees, and that nobody's
hand is overruled."""
import unittest

from rig import Rig, wait_for


class Hands(unittest.TestCase):
    panel = ()

    def test_an_account_deleted_and_made_anew_is_left_alone(self):
        with Rig(names=("ali", "sara", "omid"), panel=self.panel) as rig:
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
        with Rig(names=("ali", "sara"), panel=self.panel) as rig:
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


    def test_a_panel_that_takes_orders_and_does_nothing_is_found_out(self):
        with Rig(panel=self.panel) as rig:
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


    @staticmethod
    def begin(rig):
        rig.start()
        rig.wait_until_synced()


class HandsOfMarzban(Hands):
    panel = ("--marzban",)


if __name__ == "__main__":
    unittest.main()

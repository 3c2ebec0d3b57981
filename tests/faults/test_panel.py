#!/usr/bin/env python3
"""A panel that is down, slow, or pretends: nobody stays blocked and nobody is released wrongly."""
import time
import unittest

from rig import Rig, wait_for


class Panel(unittest.TestCase):
    panel = ()

    def test_a_panel_that_is_down_when_a_block_is_due_releases_as_soon_as_it_is_back(self):
        with Rig(panel=self.panel) as rig:
            self.begin(rig)
            rig.block("ali", "5s")
            rig.panel.wait_for("ali", "disabled")
            rig.wait_for_states("active")
            rig.panel.tell("stop")
            rig.wait_for_states("lifting")
            reasons = wait_for("a reason", lambda: [r for r in rig.ask("status")["not_enforcing_because"]
                                                    if "cannot act" in r and "FG-NET" in r], 15)
            self.assertIn("marzban" if self.panel else "pasarguard", reasons[0])
            rig.panel.tell("start")
            rig.panel.wait_for("ali", "active", 25)
            rig.wait_for_states("lifted")


    def test_a_block_that_was_over_before_the_panel_came_back_is_never_carried_out(self):
        with Rig(panel=self.panel) as rig:
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


    def test_a_slow_panel_holds_up_nothing_else(self):
        with Rig(panel=self.panel) as rig:
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


    def test_a_release_that_the_panel_only_pretends_is_repeated_until_it_is_true(self):
        with Rig(panel=self.panel) as rig:
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


    @staticmethod
    def begin(rig):
        rig.start()
        rig.wait_until_synced()


class PanelOfMarzban(Panel):
    panel = ("--marzban",)


if __name__ == "__main__":
    unittest.main()

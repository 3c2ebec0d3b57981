#!/usr/bin/env python3
"""The real daemon with a simulated Marzban over HTTP and WebSockets: who shares is found in the streamed logs, disabled,
and gets back what he had, whatever happens meanwhile."""
import random
import time
import unittest

from rig import Rig, wait_for

NAMES = ("ali", "Sara.Phone", "omid", "mina", "nobody")
MARZBAN = ("--marzban",)
CORES = ("Master", "de-1")


class Marzban(unittest.TestCase):
    def test_sharing_is_found_in_the_streams_and_the_earlier_status_comes_back(self):
        with Rig(names=NAMES, mode="enforce", block="12s", panel=MARZBAN) as rig:
            rig.panel.tell("node de-1")
            rig.panel.tell("status omid on_hold")
            self.begin(rig)
            with rig.streaming("nobody", *CORES):
                rig.stream("Master", rig.shared_lines("ali"))
                rig.stream("de-1", rig.shared_lines("omid"))
                for name in ("ali", "omid"):
                    rig.panel.wait_for(name, "disabled", 25)
                rig.wait_for_states("active", "active")
                self.look_as_an_operator(rig)
            rig.panel.wait_for("ali", "active", 30)
            rig.panel.wait_for("omid", "on_hold", 30)
            rig.wait_for_states("lifted", "lifted")
            self.assertEqual(rig.panel.orders("nobody"), [])
            for name in ("ali", "omid"):
                self.assertEqual(len(rig.panel.orders(name)), 2, rig.panel.orders(name))

    def look_as_an_operator(self, rig):
        status = rig.ask("status")
        self.assertEqual([(b["state"], b["version"], b["accounts"]) for b in status["backends"]],
                         [("ready", "Marzban 0.8.4", len(NAMES))])
        self.assertEqual(status["not_enforcing_because"], [])
        self.assertEqual(sorted(s["node"] for s in status["sources"]), sorted(CORES))
        shown = rig.run("status").stdout
        for words in ("2 blocked", "Marzban 0.8.4", "de-1", "in_force"):
            self.assertIn(words, shown)
        for command in (("why",), ("account", "show"), ("limit", "show")):
            self.assertIn("Sara.Phone", rig.run(*command, "sara.phone").stdout)
        why = rig.run("why", "omid").stdout
        for words in ("omid is blocked until", "2 devices at once, limit 1", "203.0.113.0/24", "disabled in the panel", "de-1"):
            self.assertIn(words, why)
        begun = time.monotonic()
        doctor = rig.run("doctor").stdout
        self.assertLess(time.monotonic() - begun, 8)
        for words in ("main (de-1): live", "Marzban 0.8.4, 5 accounts", "2 measures not finished", "\nEnforcing."):
            self.assertIn(words, doctor)

    def test_kills_while_sharing_goes_on_leave_nobody_blocked(self):
        seed = time.time_ns() % 1_000_000
        dice = random.Random(seed)
        with Rig(names=NAMES, mode="enforce", block="10s", panel=MARZBAN) as rig:
            rig.panel.tell("node de-1")
            rig.panel.tell("status omid on_hold")
            rig.panel.tell("fault slow PUT /api/user -1 200")
            self.begin(rig)
            with rig.streaming("nobody", *CORES):
                rig.stream("de-1", rig.shared_lines("omid"))
                rig.stream("Master", rig.shared_lines("ali"))
                wait_for("a measure", rig.states)
                for _ in range(4):
                    time.sleep(dice.uniform(0, 0.7))
                    rig.kill()
                    rig.start()
                rig.panel.wait_for("omid", "disabled")
            # "lifting": given back, and looked at again for a minute, because an order may still be on its way.
            holding = "SELECT id FROM measure WHERE state = 'active' OR (state = 'pending' AND before <> '')"
            wait_for(f"everything to be given back, seed {seed}", lambda: rig.rows(holding) == [], 30)
            early = rig.rows("SELECT m.id FROM measure m JOIN measure_step s ON s.measure = m.id "
                             "WHERE s.state IN ('lifting', 'lifted') AND s.time < m.due")
            self.assertEqual(early, [], f"released early, seed {seed}")
            for name in NAMES:
                rig.panel.wait_for(name, "on_hold" if name == "omid" else "active")
            self.assertEqual(rig.panel.orders("nobody"), [])

    def test_who_is_renewed_while_blocked_is_noticed_by_his_first_connection(self):
        with Rig(names=NAMES, panel=MARZBAN) as rig:
            self.begin(rig)
            with rig.streaming("nobody", "Master"):
                rig.block("ali", "25s")
                rig.panel.wait_for("ali", "disabled")
                rig.wait_for_states("active")
                rig.panel.tell("renew ali")
                self.assertEqual(rig.panel.status("ali"), "active")
                rig.stream("Master", [rig.line("ali", "203.0.113.10")])
                rig.panel.wait_for("ali", "disabled", 8)
                self.assertIn("its usage had been reset", rig.run("why", "ali").stdout)
            rig.panel.wait_for("ali", "active", 40)

    def test_whom_an_administrator_enables_is_left_alone(self):
        with Rig(names=NAMES, panel=MARZBAN) as rig:
            self.begin(rig)
            rig.block("ali", "14s")
            rig.block("mina", "14s")
            for name in ("ali", "mina"):
                rig.panel.wait_for(name, "disabled")
            rig.wait_for_states("active", "active")
            rig.panel.tell("enable mina")
            wait_for("mina's to be over", lambda: rig.states()[1] == "failed" or rig.states()[1] == "lifted", 30)
            rig.panel.wait_for("ali", "active", 30)
            self.assertEqual(len(rig.panel.orders("mina")), 1)

    @staticmethod
    def begin(rig):
        rig.start()
        rig.wait_until_synced()


if __name__ == "__main__":
    unittest.main()

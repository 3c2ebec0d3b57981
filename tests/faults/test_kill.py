#!/usr/bin/env python3
"""The real daemon is killed again and again while accounts are blocked and released: in the end everybody has what he
had, nobody was released early, and who was never blocked was never touched."""
import os
import random
import time
import unittest

from rig import Rig, wait_for

SECONDS = float(os.environ.get("FAIRGATE_KILL_SECONDS", "12"))
NAMES = ("ali", "sara", "omid", "mina", "reza", "nobody", "off")


class Kill(unittest.TestCase):
    panel = ()
    statuses = {"off": "disabled"}  # of the rest: active

    def test_kills_at_any_moment_change_nothing(self):
        seed = int(os.environ.get("FAIRGATE_KILL_SEED", time.time_ns() % 1_000_000))
        dice, kills, ordered = random.Random(seed), 0, 0
        with Rig(names=NAMES, panel=self.panel) as rig:
            for name, status in self.statuses.items():
                rig.panel.tell(f"status {name} {status}")
            for method in ("PUT", "POST"):
                rig.panel.tell(f"fault slow {method} /api/user -1 150")
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                rig.start()
                if not kills:
                    rig.wait_until_synced()
                for _ in range(dice.randint(0, 2)):
                    name = dice.choice([n for n in NAMES if n != "nobody"])
                    ordered += rig.block(name, f"{dice.randint(1, 5)}s", codes=(0, 1, 3, 4, 7, 9)).returncode == 0
                time.sleep(dice.uniform(0, 1.2))
                rig.kill()
                kills += 1
            rig.start()
            print(f"seed {seed}: {kills} kills, {ordered} blocks")
            self.assertGreater(ordered, 2, "nothing was tried")
            # "lifting": given back, and looked at again for a minute, because an order may still be on its way;
            # a newer one of the same account waits for it and has done nothing.
            holding = "SELECT id FROM measure WHERE state = 'active' OR (state = 'pending' AND before <> '')"
            wait_for("everything to be given back", lambda: rig.rows(holding) == [], 30)
            for name in NAMES:
                rig.panel.wait_for(name, self.statuses.get(name, "active"), 15)
            self.assertEqual(rig.panel.orders("nobody"), [])
            early = rig.rows("SELECT m.id FROM measure m JOIN measure_step s ON s.measure = m.id "
                             "WHERE s.state IN ('lifting', 'lifted') AND m.due IS NOT NULL AND s.time < m.due "
                             "AND m.state <> 'failed'")
            self.assertEqual(early, [], f"released early, seed {seed}")
            unsure = rig.rows("SELECT id FROM measure WHERE state = 'lifting' AND doubt IS NULL")
            self.assertEqual(unsure, [], f"not given back, seed {seed}")


class KillOfMarzban(Kill):
    panel = ("--marzban",)
    statuses = {"off": "disabled", "mina": "on_hold", "reza": "limited"}


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The panel is upgraded while accounts are blocked: the e-mails in its logs and its routes change, and nobody is lost."""
import unittest

from rig import Rig

NAMES = ("ali", "sara", "nobody")


class Upgrade(unittest.TestCase):
    def test_pasarguard_from_4_to_5_2(self):
        self.upgrade(("--old",), "de-1", lambda email: email.split(".")[0])

    def test_marzban_from_0_6_to_0_8(self):
        self.upgrade(("--marzban", "--old"), "Master", lambda email: email)

    def upgrade(self, panel, node, new_email):
        with Rig(names=NAMES, mode="enforce", block="30s", panel=panel) as rig:
            if node != "Master":
                rig.panel.tell(f"node {node}")
            rig.start()
            rig.wait_until_synced()
            with rig.streaming("nobody", node):
                rig.stream(node, rig.shared_lines("ali"))
                rig.panel.wait_for("ali", "disabled", 25)
                rig.wait_for_states("active")
            rig.panel.tell("upgrade")
            rig.panel.emails = {name: new_email(email) for name, email in rig.panel.emails.items()}
            with rig.streaming("nobody", node):
                rig.stream(node, rig.shared_lines("sara"))
                rig.panel.wait_for("sara", "disabled", 100)
            rig.panel.wait_for("ali", "active", 60)
            rig.panel.wait_for("sara", "active", 60)
            self.assertEqual(rig.panel.orders("nobody"), [])


if __name__ == "__main__":
    unittest.main()

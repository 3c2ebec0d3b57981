#!/usr/bin/env python3
"""A configuration that cannot be read is not taken: all of its faults are told, and the old one goes on."""
import signal
import socket
import time
import unittest

from rig import Rig, wait_for


class Reload(unittest.TestCase):
    def test_a_broken_file_changes_nothing_and_a_mended_one_is_taken(self):
        with Rig() as rig:
            rig.start()
            rig.wait_until_synced()
            rig.block("ali", "12s")
            rig.panel.wait_for("ali", "disabled")
            rig.write_config(more="[limits.accounts]\nali = \"many\"\n[ladder\n")
            rig.daemon.process.send_signal(signal.SIGHUP)
            wait_for("the advice", lambda: rig.ask("status")["advice"] == "fairgate config check", 10)
            status = rig.ask("status")
            self.assertEqual(status["config_revision"], 1)
            doctor = rig.run("doctor", "--only", "config", "--json").stdout
            self.assertIn("FG-CFG-002", doctor)
            self.assertIn("fairgate.toml:", doctor)
            self.assertEqual(rig.panel.status("ali"), "disabled")

            rig.write_config(more="[limits.accounts]\nali = 5\n")
            rig.daemon.process.send_signal(signal.SIGHUP)
            wait_for("the new one", lambda: rig.ask("status")["config_revision"] == 2, 10)
            self.assertEqual(rig.ask("status")["advice"] == "fairgate config check", False)
            rig.panel.wait_for("ali", "active", 20)
            self.assertEqual(rig.stop(), 0)


    def test_a_supervisor_hears_of_each_step(self):
        with Rig() as rig, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            supervisor.bind(str(rig.folder / "notify"))
            supervisor.settimeout(15)
            rig.environment = {"NOTIFY_SOCKET": str(rig.folder / "notify"), "WATCHDOG_USEC": "2000000"}

            def hear():
                while True:
                    text = supervisor.recv(4096).decode()
                    if text != "WATCHDOG=1":
                        return text
                    self.alive += 1

            self.alive = 0
            rig.start()
            self.assertIn("READY=1\nSTATUS=the API is on", hear())
            rig.daemon.process.send_signal(signal.SIGHUP)
            self.assertRegex(hear(), "^RELOADING=1\nMONOTONIC_USEC=[0-9]+$")
            self.assertIn("READY=1", hear())
            time.sleep(2.5)
            rig.daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(hear(), "STOPPING=1")
            self.assertGreater(self.alive, 1)
            self.assertEqual(rig.daemon.process.wait(10), 0)


if __name__ == "__main__":
    unittest.main()

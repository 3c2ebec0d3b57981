#!/usr/bin/env python3
"""A database that cannot be used: the daemon says so and does not start, and what is there stays as it is. A second
daemon on the same state is refused, and the first goes on."""
import hashlib
import shutil
import sqlite3
import subprocess
import unittest

from rig import Rig, in_own_mounts, skip, wait_for


class Store(unittest.TestCase):
    def test_a_second_daemon_is_refused_with_the_first_ones_number(self):
        with Rig() as rig:
            first = rig.start()
            refused = self.refused(rig, "FG-STO-009")
            self.assertIn(f"process {first.process.pid} holds", refused)
            self.assertIn("Nothing was changed", refused)
            self.assertEqual(rig.run("status").returncode in (0, 9), True)
            rig.kill()
            rig.start()  # a lock does not outlive its process

    def test_a_database_deleted_under_the_daemon_is_told_and_what_is_due_is_given_back(self):
        with Rig() as rig:
            rig.start()
            rig.wait_until_synced()
            rig.block("ali", "8s")
            rig.panel.wait_for("ali", "disabled")
            rig.wait_for_states("active")
            for file in rig.state.glob("fairgate.db*"):
                file.unlink()
            wait_for("the reason", lambda: [r for r in rig.ask("status")["not_enforcing_because"] if "FG-STO-015" in r], 15)
            self.assertIn("FG-STO-015", rig.block("sara", "1h", codes=(1,)).stderr)
            rig.panel.wait_for("ali", "active")
            self.assertEqual(rig.panel.status("sara"), "active")

    def test_a_newer_database_is_left_alone(self):
        self.refused_for("INSERT INTO migration VALUES (999, 'later', 'x', '')", "FG-STO-002")

    def test_another_programs_database_is_left_alone(self):
        with Rig() as rig:
            rig.state.mkdir()
            database = sqlite3.connect(rig.state / "fairgate.db")
            database.execute("CREATE TABLE somebody_elses (x)")
            database.close()
            self.refused(rig, "FG-STO-014")

    def test_a_file_that_is_no_database_is_told(self):
        self.damaged(lambda data: b"this is not a database at all" + data[29:])

    def test_a_torn_file_is_told(self):
        self.damaged(lambda data: data[:4096] + b"\xff" * 8192 + data[12288:])

    def test_a_read_only_disk_is_told(self):
        with Rig() as rig:
            rig.start()
            rig.stop()
            if subprocess.run(["mount", "--bind", rig.state, rig.state], capture_output=True).returncode:
                skip("cannot mount here")
            subprocess.run(["mount", "-o", "remount,bind,ro", rig.state], check=True)
            try:
                self.refused(rig, "FG-STO-006")
            finally:
                subprocess.run(["umount", rig.state], check=True)
            rig.start()  # as before, once it can be written

    # ---- ----

    def refused_for(self, sql, code):
        with Rig() as rig:
            self.make_database(rig)
            database = sqlite3.connect(rig.state / "fairgate.db")
            database.execute(sql)
            database.commit()
            database.close()
            self.unchanged_and_refused(rig, code)

    def damaged(self, damage):
        with Rig() as rig:
            self.make_database(rig)
            file = rig.state / "fairgate.db"
            file.write_bytes(damage(file.read_bytes()))
            text = self.unchanged_and_refused(rig, "FG-STO-003")
            self.assertIn("restore", text)

    def unchanged_and_refused(self, rig, code):
        file = rig.state / "fairgate.db"
        before = hashlib.sha256(file.read_bytes()).digest()
        text = self.refused(rig, code)
        self.assertEqual(hashlib.sha256(file.read_bytes()).digest(), before)
        return text

    @staticmethod
    def make_database(rig):
        rig.start()
        rig.wait_until_synced()
        rig.block("ali", "1h")
        rig.panel.wait_for("ali", "disabled")
        rig.wait_for_states("active")
        rig.stop()
        shutil.copy(rig.state / "fairgate.db", rig.folder / "copy.db")

    def refused(self, rig, code):
        """The daemon ends by itself and tells why, in full."""
        daemon = rig.launch()
        exit_code = daemon.process.wait(20)
        daemon.end()
        text = daemon.text()
        self.assertNotEqual(exit_code, 0, text)
        self.assertIn(code, text)
        self.assertIn(str(rig.state), text)
        return text


if __name__ == "__main__":
    in_own_mounts()
    unittest.main()

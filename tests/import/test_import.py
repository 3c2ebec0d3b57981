#!/usr/bin/env python3
"""fairgate import from outside: looked at, done, done again, broken input."""
import json
import os
import pathlib
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import unittest

import peer_files

FAIRGATE = sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/bin/fairgate"


class Import(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name)
        self.peer = self.root / "peer"
        self.peer.mkdir()
        self.etc = self.root / "etc"
        self.etc.mkdir()
        self.state = self.root / "state"
        (self.etc / "fairgate.toml").write_text(f'[daemon]\nstate_dir = "{self.state}"\n')
        self.now = int(time.time())

    def run_import(self, *words):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FAIRGATE_")}
        return subprocess.run([FAIRGATE, "import", *map(str, words), "--config", str(self.etc / "fairgate.toml")],
                              capture_output=True, text=True, env=environment, timeout=60, check=False)

    def data(self, *words):
        done = self.run_import(*words, "--json")
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        return json.loads(done.stdout)["data"]

    def rows(self, sql):
        connection = sqlite3.connect(self.state / "fairgate.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def files(self):
        return {p.relative_to(self.root): p.read_bytes() for p in self.root.rglob("*")
                if p.is_file() and "fairgate.db" not in p.name}

    def test_a_look_changes_nothing_and_shows_no_secret(self):
        peer_files.pg_folder(self.peer, self.now)
        before = self.files()
        shown = self.run_import("pg-limiter", self.peer, "--dry-run")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertEqual(self.files(), before)
        self.assertFalse((self.state / "fairgate.db").exists())
        as_json = self.run_import("pg-limiter", self.peer, "--dry-run", "--json")
        self.assertEqual(as_json.returncode, 0, as_json.stdout + as_json.stderr)
        self.assertNotIn("hush", shown.stdout + shown.stderr + as_json.stdout + as_json.stderr)
        left = {row["where"].split(": ")[-1]: row for row in json.loads(as_json.stdout)["data"]["left_out"]}
        self.assertEqual(left["MYSTERY_KEY"]["because"], "unknown")
        self.assertEqual(left["config.brand_new"]["because"], "unknown")
        self.assertEqual(left["novelty"]["because"], "unknown")
        self.assertIn("filter.include_groups", left["config.group_filter_ids"]["why"])

    def test_everything_is_taken_over_and_a_second_time_nothing(self):
        peer_files.pg_folder(self.peer, self.now)
        first = self.data("pg-limiter", self.peer, "--yes")
        settings = {row["ours"]: row["value"] for row in first["settings"]}
        self.assertEqual(settings["limits.general"], "3")
        self.assertEqual(settings["ladder.steps"], '["warn", "10m", "forever"]')
        self.assertEqual(settings["ladder.window"], '"3d"')
        self.assertEqual(settings["filter.include_owners"], '["seller1", "seller2"]')
        secret = self.etc / "imported-pg-limiter-panel-password"
        self.assertEqual(secret.read_text(), "hush hush\n")
        self.assertEqual(stat.S_IMODE(secret.stat().st_mode), 0o600)
        check = subprocess.run([FAIRGATE, "config", "check", str(self.etc / "fairgate.toml")], capture_output=True,
                               text=True, check=False)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        again = self.data("pg-limiter", self.peer, "--yes")
        self.assertFalse(again["would_change"], [r for r in again["settings"] + again["accounts"] if r.get("standing") != "same"])
        self.assertEqual(again["written"], [])
        self.assertEqual(len(self.rows("SELECT 1 FROM measure")), 4)
        text = self.run_import("pg-limiter", self.peer, "--yes").stdout
        self.assertIn("nothing was changed", text)
        self.assertEqual(self.run_import("pg-limiter", self.peer, "--yes", "--strict").returncode, 4)

    def test_open_punishments_become_measures_with_the_time_that_is_left(self):
        peer_files.pg_folder(self.peer, self.now)
        accounts = {(r["subject"], r["what"]): r for r in self.data("pg-limiter", self.peer, "--yes")["accounts"]}
        self.assertIn("at once", accounts["block", "due"]["note"])
        self.assertEqual(accounts["block", "forever"]["after"], "until it is released")
        due = {row[0]: row[1] for row in self.rows("SELECT name, due FROM measure")}
        self.assertIsNone(due["forever"])
        for account, seconds in (("soon", 600), ("due", -3600), ("usual", 300)):
            self.assertEqual(due[account], (self.now + seconds) * 1_000_000, account)
        self.assertEqual(accounts["limit", "dot.ted name"]["after"], "3")
        self.assertEqual(accounts["limit", "quo\"te'd"]["after"], "4")
        self.assertEqual(accounts["limit", "علی"]["after"], "6")
        self.assertIn("owner's family", accounts["exemption", "boss"]["after"])
        self.assertEqual(accounts["violations", "soon"]["after"], "1")

    def test_a_backup_zip_is_the_same_as_the_folder(self):
        peer_files.pg_folder(self.peer, self.now)
        peer_files.pg_backup(self.root / "backup.zip", self.peer)
        whole = self.data("pg-limiter", self.peer, "--dry-run")
        zipped = self.data("pg-limiter", self.root / "backup.zip", "--dry-run")
        self.assertEqual(whole["accounts"], zipped["accounts"])
        self.assertEqual([r["value"] for r in whole["settings"]], [r["value"] for r in zipped["settings"]])

    def test_what_is_still_in_the_write_ahead_log_counts(self):
        (self.peer / ".env").write_text(peer_files.PG_ENV)
        connection = peer_files.pg_database(self.peer / "pg_limiter.db", self.now, wal=True)
        before = sorted(p.name for p in self.peer.iterdir())
        accounts = self.data("pg-limiter", self.peer, "--dry-run")["accounts"]
        self.assertEqual(len([r for r in accounts if r["subject"] == "block"]), 4)
        self.assertEqual(sorted(p.name for p in self.peer.iterdir()), before)
        connection.close()

    def test_broken_files_are_refused_with_their_place_and_nothing_is_taken_over(self):
        peer_files.pg_folder(self.peer, self.now)
        peer_files.pg_backup(self.root / "backup.zip", self.peer)
        whole = (self.root / "backup.zip").read_bytes()
        (self.root / "cut.zip").write_bytes(whole[:len(whole) // 2])
        (self.root / "bad.zip").write_bytes(whole[:200] + bytes(100) + whole[300:])
        database = (self.peer / "pg_limiter.db").read_bytes()
        (self.root / "cut.db").write_bytes(database[:5000])
        (self.root / "config.json").write_text('{"limits": {"general": 2,}}')
        (self.root / "backup.json").write_text('{"special": {"ali": "many"}}')
        for path, code in (("cut.zip", "FG-IMP-005"), ("bad.zip", "FG-IMP-005"), ("cut.db", "FG-IMP-006"),
                           ("config.json", "FG-IMP-003"), ("backup.json", "FG-IMP-004"), ("absent", "FG-IMP-001")):
            with self.subTest(path):
                done = self.run_import("pg-limiter", self.root / path, "--yes")
                self.assertEqual(done.returncode, 3 if path == "absent" else 9, done.stdout + done.stderr)
                self.assertIn(code, done.stderr)
                self.assertIn(path, done.stderr)
                self.assertFalse((self.state / "fairgate.db").exists())
                self.assertFalse((self.etc / "conf.d").exists())

    def configure(self, name, url):
        """A panel that somebody has configured here."""
        toml = self.etc / "fairgate.toml"
        toml.write_text(toml.read_text() + f'[[backend]]\nname = "{name}"\ntype = "pasarguard"\nurl = "{url}"\n'
                        f'api_key_file = "{self.root}/key"\n')
        (self.root / "key").write_text("k\n")
        (self.root / "key").chmod(0o600)

    def test_a_panel_that_is_configured_here_keeps_its_login_and_gets_the_accounts(self):
        peer_files.pg_folder(self.peer, self.now)
        self.configure("hq", "https://panel.example.com:8443")
        for _ in range(2):
            data = self.data("pg-limiter", self.peer, "--yes")
            self.assertFalse([row for row in data["settings"] if row["ours"].startswith("backend.")])
            self.assertEqual([p.name for p in self.etc.glob("*password*")], [])
            self.assertEqual({row[0] for row in self.rows("SELECT backend FROM measure")}, {"hq"})
        self.assertFalse(data["would_change"])
        self.assertIn("PANEL_DOMAIN", " ".join(row["where"] for row in data["left_out"]
                                               if "configured here already, as hq" in row["why"]))

    def test_a_configuration_that_would_not_be_sound_leaves_everything_as_it_was(self):
        peer_files.pg_folder(self.peer, self.now)
        self.configure("main", "https://one.example.com")
        self.configure("pg-limiter", "https://two.example.com")
        before = self.files()
        done = self.run_import("pg-limiter", self.peer, "--yes")
        self.assertEqual(done.returncode, 9, done.stdout + done.stderr)
        self.assertIn("FG-IMP-009", done.stderr)
        after = {path: text for path, text in self.files().items()}
        self.assertEqual(after, before)
        self.assertEqual(self.rows("SELECT 1 FROM measure"), [])

    def test_out_writes_there_and_nowhere_else(self):
        peer_files.pg_folder(self.peer, self.now)
        out = self.root / "out"
        self.data("pg-limiter", self.peer, "--yes", "--out", out)
        self.assertFalse(self.state.exists())
        self.assertFalse((self.etc / "conf.d").exists())
        names = {p.name for p in out.iterdir()}
        self.assertEqual(names, {"imported-pg-limiter.toml", "imported-pg-limiter-panel-password", "plan.json"})
        check = subprocess.run([FAIRGATE, "config", "check", str(out / "imported-pg-limiter.toml")], capture_output=True,
                               text=True, check=False)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        self.assertNotIn("hush", (out / "plan.json").read_text())


if __name__ == "__main__":
    unittest.main()

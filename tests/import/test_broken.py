#!/usr/bin/env python3
"""Files that were cut off, bent or made to do harm, and imports that were killed: refused with their place or read row by
row; everything or nothing is taken over, and the next import completes it."""
import io
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

import peer_files

FAIRGATE = sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/bin/fairgate"
V2 = {"PANEL_DOMAIN": "panel.example.com", "PANEL_USERNAME": "admin", "PANEL_PASSWORD": "hush", "GENERAL_LIMIT": 2}


def archive(**members):
    """A zip; "__" stands for "/" and "UP" for ".."."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, text in members.items():
            zipped.writestr(name.replace("__", "/").replace("UP", ".."), text)
    return whole.getvalue()


class World(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name)
        self.fresh()

    def fresh(self):
        for name in ("etc", "state", "peer"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        self.etc, self.state, self.peer = self.root / "etc", self.root / "state", self.root / "peer"
        self.etc.mkdir()
        self.peer.mkdir()
        (self.etc / "fairgate.toml").write_text(f'[daemon]\nstate_dir = "{self.state}"\n')

    def command(self, tool, *words, path=None):
        return [FAIRGATE, "import", tool, str(path or self.peer), *words, "--json", "--config", str(self.etc / "fairgate.toml")]

    def run_import(self, tool, files, path=None):
        for name, data in files.items():
            (self.peer / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return subprocess.run(self.command(tool, "--yes", path=path), capture_output=True, text=True, timeout=60, check=False)

    def refused(self, tool, files, *places, code):
        self.fresh()
        done = self.run_import(tool, files)
        self.assertEqual(done.returncode, 9, done.stdout + done.stderr)
        for place in places:
            self.assertIn(place, done.stdout)
        self.assertIn(code, done.stdout)
        self.assertNotIn("hush", done.stdout + done.stderr)
        self.assertFalse(self.state.exists())
        self.assertEqual([p.name for p in self.etc.iterdir()], ["fairgate.toml"])

    def taken(self, tool, files):
        self.fresh()
        done = self.run_import(tool, files)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)["data"]


class Broken(World):
    def test_json_is_refused_whole_with_line_and_column(self):
        whole = json.dumps(V2, indent=1)
        for name, text in {"cut": whole[:-9], "comma": whole.replace("2\n}", "2,\n}"), "utf16": whole.encode("utf-16"),
                           "no utf8": b'{"GENERAL_LIMIT": "\xff"}', "deep": "[" * 100000, "empty": ""}.items():
            with self.subTest(name):
                self.refused("v2iplimit", {"config.json": text}, "config.json: ", code="FG-IMP-003")

    def test_values_of_the_wrong_kind_are_refused_all_at_once(self):
        self.refused("v2iplimit", {"config.json": json.dumps(V2 | {"GENERAL_LIMIT": "two", "CHECK_INTERVAL": {}})},
                     "config.json: GENERAL_LIMIT", "config.json: CHECK_INTERVAL", code="FG-IMP-004")
        self.refused("pg-limiter", {"config.json": '{"limits": 5, "users": []}'}, "config.json: limits", "config.json: users",
                     code="FG-IMP-004")
        self.refused("pg-limiter", {".disable_users.json": '{"disabled_users": ["ali"]}'}, "disabled_users", code="FG-IMP-004")

    def test_an_env_is_refused_by_line_and_its_lines_are_not_shown(self):
        self.refused("pg-limiter", {".env": 'PANEL_DOMAIN=p\nhalf hush\nPANEL_PASSWORD="hush\n=x\nGENERAL_LIMIT=abc'},
                     ".env:2", ".env:3", ".env:4", ".env:5: GENERAL_LIMIT", code="FG-IMP-003")

    def test_an_env_without_end_of_line_with_bom_crlf_and_a_key_twice_is_read_as_its_tool_does(self):
        data = self.taken("pg-limiter", {".env": b"\xef\xbb\xbfPANEL_DOMAIN=p:1\r\nPANEL_PASSWORD=hush\r\nPANEL_USERNAME=a\r\n"
                                                 b"GENERAL_LIMIT=2\r\nGENERAL_LIMIT=4"})
        settings = {row["ours"]: row["value"] for row in data["settings"]}
        self.assertEqual(settings["limits.general"], "4")
        self.assertEqual(settings["backend.main.url"], '"https://p:1"')
        self.assertEqual((self.etc / "imported-pg-limiter-panel-password").read_text(), "hush\n")
        self.assertEqual([row["because"] for row in data["left_out"]], ["outdone"])

    def test_names_are_data_wherever_they_go(self):
        names = ["a.b.c", "a b", "quo\"te'd", "علی", "-5", "[x]", "a=b", "../../etc", "$(id)", "none", "\u202eabc", "#x"]
        bad = ["", "a\nb", "x" * 300]
        data = self.taken("v2iplimit", {"config.json": json.dumps(V2 | {"SPECIAL_LIMIT": {n: 2 for n in names + bad},
                                                                        "EXCEPT_USERS": names})})
        for subject in ("limit", "exemption"):
            self.assertEqual({row["what"] for row in data["accounts"] if row["subject"] == subject}, set(names))
        self.assertEqual(len([row for row in data["left_out"] if row["because"] == "unusable"]), len(bad))
        with sqlite3.connect(self.state / "fairgate.db") as database:
            self.assertEqual({row[0] for row in database.execute("SELECT match FROM limit_setting")}, set(names))
        done = subprocess.run(self.command("v2iplimit", "--yes", "--out", str(self.root / "out")), capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        check = subprocess.run([FAIRGATE, "config", "check", str(self.root / "out/imported-v2iplimit.toml")],
                               capture_output=True, text=True, check=False)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)

    def test_a_database_that_is_none_or_damaged_is_refused(self):
        path = self.root / "whole.db"
        peer_files.pg_database(path, int(time.time())).close()
        whole = path.read_bytes()
        for name, data in {"none": b"not a database" * 100, "cut": whole[:5000],
                           "page": whole[:4096] + b"\xa5" * 3000 + whole[7096:]}.items():
            with self.subTest(name):
                self.refused("pg-limiter", {"pg_limiter.db": data}, "pg_limiter.db", code="FG-IMP-006")

    def test_a_database_that_would_never_end_is_not_asked(self):
        path = self.root / "evil.db"
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE config (key VARCHAR, value JSON)")
            database.execute("CREATE VIEW users AS WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n FROM x")
        self.taken("pg-limiter", {"pg_limiter.db": path.read_bytes(), ".env": peer_files.PG_ENV})

    def test_cells_of_the_wrong_kind_are_refused_by_row(self):
        path = self.root / "bent.db"
        database = peer_files.pg_database(path, int(time.time()))
        database.execute("UPDATE users SET special_limit = 'many' WHERE username = 'five'")
        database.execute("UPDATE users SET enable_at = 'soonish' WHERE username = 'soon'")
        database.commit()
        database.close()
        self.refused("pg-limiter", {"pg_limiter.db": path.read_bytes()}, "users[five].special_limit", "users[soon].enable_at",
                     code="FG-IMP-004")

    def test_a_zip_writes_nowhere_and_its_size_is_bounded(self):
        zipped = self.root / "escaping.zip"
        zipped.write_bytes(archive(**{"UP__UP__config.json": '{"limits": {"general": 7}}', "UP__evil": "x"}))
        done = self.run_import("pg-limiter", {}, path=zipped)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual([p for p in (self.root.parent / "evil", *self.root.rglob("evil")) if p.exists()], [])
        (self.root / "bomb.zip").write_bytes(archive(data__config_json=b"\0" * (300 << 20)))
        many = io.BytesIO()
        with zipfile.ZipFile(many, "w") as zip_file:
            for i in range(1500):
                zip_file.writestr(f"f{i}", "x")
        (self.root / "many.zip").write_bytes(many.getvalue())
        bent = bytearray(archive(config__env="GENERAL_LIMIT=2\n" * 20))
        bent[60] ^= 0xFF
        (self.root / "bent.zip").write_bytes(bytes(bent))
        for name in ("bomb", "many", "bent"):
            with self.subTest(name):
                self.fresh()
                done = self.run_import("pg-limiter", {}, path=self.root / f"{name}.zip")
                self.assertEqual(done.returncode, 9, done.stdout + done.stderr)
                self.assertIn("FG-IMP-005", done.stdout)
                self.assertFalse(self.state.exists())


class Killed(World):
    """strace ends the import at a call of the system; every one of them is tried."""

    CALLS = ("pwrite64", "fdatasync", "rename", "fsync")

    def accounts(self):
        if not (self.state / "fairgate.db").exists():
            return None
        database = sqlite3.connect(self.state / "fairgate.db")
        try:
            return tuple(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                         for table in ("measure", "decision", "limit_setting", "exemption", "violation"))
        except sqlite3.OperationalError:
            return None  # killed while the tables were made
        finally:
            database.close()

    @unittest.skipIf(shutil.which("strace") is None, "strace is not installed")
    def test_a_kill_leaves_no_settings_without_accounts_and_the_next_import_completes_it(self):
        peer_files.pg_folder(self.peer, int(time.time()))
        keep = self.root / "kept"
        shutil.copytree(self.peer, keep)
        whole, kills = (4, 4, 4, 1, 1), 0
        for call in self.CALLS:
            for nth in (*range(1, 12), *range(12, 200, 17)):
                self.fresh()
                shutil.copytree(keep, self.peer, dirs_exist_ok=True)
                killed = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                                         f"inject={call}:signal=KILL:when={nth}", *self.command("pg-limiter", "--yes")],
                                        capture_output=True, check=False)
                if killed.returncode == 0:
                    break
                if b"ptrace" in killed.stderr:
                    self.skipTest("strace may not trace here")
                kills += 1
                with self.subTest(call=call, nth=nth):
                    settings = (self.etc / "conf.d/imported-pg-limiter.toml").exists()
                    self.assertIn(self.accounts(), (whole,) if settings else (None, (0, 0, 0, 0, 0), whole))
                    done = subprocess.run(self.command("pg-limiter", "--yes"), capture_output=True, text=True, check=False)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    self.assertEqual(self.accounts(), whole)
                    self.assertEqual([p for p in self.etc.rglob("*.new")], [])
                    self.assertTrue((self.etc / "conf.d/imported-pg-limiter.toml").exists())
        self.assertGreater(kills, 20)


if __name__ == "__main__":
    unittest.main()

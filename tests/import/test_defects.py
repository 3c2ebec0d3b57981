#!/usr/bin/env python3
"""What other tools do wrong with their own files, and what `fairgate import` makes of the same files."""
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import peer_files

FAIRGATE = sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/bin/fairgate"
ENV = "PANEL_DOMAIN=panel.example.com:8443\nPANEL_USERNAME=admin\nPANEL_PASSWORD=hush\n"
SENTRY = "HOST=localhost\nPORT=443\nUSE_SSL=true\nUSERNAME=admin\nPASSWORD=hush\nALLOWED_CONNECTIONS=2\n"
LUIP = "ADDRESS=panel.example.com\nPORT_ADDRESS=443\nSSL=true\nP_USER=admin\nP_PASS=hush\nMAX_ALLOW_USERS=1\n"
V2 = {"PANEL_DOMAIN": "panel.example.com:8443", "PANEL_USERNAME": "admin", "PANEL_PASSWORD": "hush", "GENERAL_LIMIT": 2}


class Looked:
    """What an import would do with these files."""

    def __init__(self, tool, files, database=None):
        with tempfile.TemporaryDirectory() as holder:
            root = pathlib.Path(holder)
            peer = root / "peer"
            peer.mkdir()
            for name, text in files.items():
                (peer / name).write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
            if database is not None:
                connection = sqlite3.connect(peer / "pg_limiter.db")
                connection.execute(peer_files.USERS)
                connection.execute("CREATE TABLE config (key VARCHAR PRIMARY KEY, value JSON)")
                for sql, *values in database:
                    connection.execute(sql, values)
                connection.commit()
                connection.close()
            (root / "fairgate.toml").write_text(f'[daemon]\nstate_dir = "{root}/state"\n')
            done = subprocess.run([FAIRGATE, "import", tool, peer, "--dry-run", "--json", "--utc", "--config",
                                   root / "fairgate.toml"], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        self.data = json.loads(done.stdout)["data"]
        self.settings = {row["ours"]: json.loads(row["value"]) for row in self.data["settings"]
                         if row["ours"] not in ("limits.patterns", "owner")}
        self.accounts = {(row["subject"], row["what"]): row["after"] for row in self.data["accounts"]}
        self.left_out = {row["where"].rsplit(": ", 1)[-1]: row for row in self.data["left_out"]}

    def limit(self, name):
        return self.accounts.get(("limit", name))

    def due(self, name):
        return self.accounts.get(("block", name))


def at(moment):
    return time.strftime("until %Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def pg_user(name, **columns):
    columns = {"username": name, "status": "active"} | columns
    return (f"INSERT INTO users ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", *columns.values())


class PgLimiter(unittest.TestCase):
    def test_settings_that_were_written_where_nobody_read_them_are_read(self):
        """It writes these three into the root of config.json and reads them below "monitoring"."""
        looked = Looked("pg-limiter", {".env": ENV + "CHECK_INTERVAL=60\nCOUNTRY_CODE=IR\n", "config.json": {
            "check_interval": 120, "country_code": "RU", "monitoring": {"check_interval": 60},
            "punishment": {"enabled": False}, "time_to_active_users": 1200}})
        self.assertEqual(looked.settings["counting.interval"], "2m")
        self.assertEqual(looked.settings["counting.countries"], ["RU"])
        self.assertEqual(looked.settings["ladder.steps"], ["20m"])

    def test_without_a_country_everybody_is_counted(self):
        """Whatever was set, it counted only Iran."""
        for country in ("", "None"):
            looked = Looked("pg-limiter", {".env": f"{ENV}COUNTRY_CODE={country}\n"})
            self.assertNotIn("counting.countries", looked.settings)

    def test_the_database_is_stronger_than_the_file_that_api_and_cli_write(self):
        looked = Looked("pg-limiter", {
            ".env": ENV + "GENERAL_LIMIT=1\n",
            "config.json": {"limits": {"general": 2, "special": {"ali": 2, "bea": 4}}, "except_users": ["ali"]},
            "backup.json": {"special": {"ali": 7, "cem": 3}, "except_users": ["cem"]},
        }, [("INSERT INTO config VALUES ('general_limit', '5')",), pg_user("ali", special_limit=6)])
        self.assertEqual(looked.settings["limits.general"], 5)
        self.assertEqual([looked.limit(n) for n in ("ali", "bea", "cem")], ["6", "4", "3"])
        self.assertIn(("exemption", "ali"), looked.accounts)
        self.assertIn(("exemption", "cem"), looked.accounts)

    def test_a_permanent_block_stays_permanent_and_one_without_an_end_does_not_become_it(self):
        """Its API and its command line dropped all ends when they gave one account back."""
        now = int(time.time())
        looked = Looked("pg-limiter", {
            ".env": ENV + "TIME_TO_ACTIVE_USERS=600\n",
            ".disable_users.json": {"disabled_users": {"good": now - 60, "timed": now - 60, "dropped": now - 60},
                                    "enable_at": {"good": -1, "timed": now + 90}},
        }, [pg_user(n, is_disabled_by_limiter=1, disabled_at=now - 60, enable_at=e)
            for n, e in (("minus", -1), ("none", None), ("timed", None), ("exact", now + 50.0))])
        self.assertEqual(looked.due("good"), "until it is released")
        self.assertEqual(looked.due("minus"), "until it is released")
        self.assertEqual(looked.due("dropped"), at(now + 540))
        self.assertEqual(looked.due("none"), at(now + 540))
        self.assertEqual(looked.due("timed"), at(now + 90), "the other file knows the end")
        self.assertEqual(looked.due("exact"), at(now + 50))

    def test_a_list_of_an_older_version_has_no_times(self):
        before = int(time.time())
        looked = Looked("pg-limiter", {".env": ENV + "TIME_TO_ACTIVE_USERS=600\n",
                                       ".disable_users.json": {"disable_user": ["ali"]}})
        self.assertIn(looked.due("ali"), [at(before + 600 + late) for late in range(60)])

    def test_minutes_hours_and_seconds_are_told_apart(self):
        looked = Looked("pg-limiter", {".env": ENV + "CHECK_INTERVAL=90\nUSER_SYNC_INTERVAL=15\n", "config.json": {
            "punishment": {"enabled": True, "window_hours": 72, "steps": [
                {"type": "warning", "duration": 0}, {"type": "disable", "duration": 15},
                {"type": "disable", "duration": 240}, {"type": "disable", "duration": 0}]}}})
        self.assertEqual(looked.settings["counting.interval"], "1m30s")
        self.assertEqual(looked.settings["backend.main.refresh"], "15m")
        self.assertEqual(looked.settings["ladder.window"], "3d")
        self.assertEqual(looked.settings["ladder.steps"], ["warn", "15m", "4h", "forever"])

    def test_what_only_it_had_is_here_or_is_told_before_anybody_enforces(self):
        looked = Looked("pg-limiter", {".env": ENV, "config.json": {
            "punishment": {"enabled": True, "steps": [{"type": "warning", "duration": 0}, {"type": "revoke", "duration": 0},
                                                      {"type": "disable", "duration": 5}]},
            "disabled_nodes": ["de-1"], "cdn_nodes": [3, 4], "cdn_inbounds": ["ws"], "cdn_use_xff": False,
            "disable_method": "group", "disabled_group_id": 7}},
            [("CREATE TABLE admin_patterns (admin_username, pattern_type, pattern)",),
             ("INSERT INTO admin_patterns VALUES ('seller', 'prefix', 's1_')",)])
        self.assertEqual(looked.settings["ladder.steps"], ["warn", "revoke"])
        self.assertEqual(looked.settings["counting.ignored_nodes"], ["de-1"])
        self.assertEqual(looked.settings["counting.cdn_inbounds"], ["ws"])
        self.assertNotIn("counting.trusted_proxy_inbounds", looked.settings)
        self.assertEqual([r["value"] for r in looked.data["settings"] if r["ours"] == "owner"], ['seller: prefix "s1_"'])
        told = " ".join(looked.data["advice"])
        self.assertIn("nodes [3,4]", told)
        self.assertIn("group 7", told)

    def test_zero_and_minus_one_are_no_limits_and_are_told(self):
        looked = Looked("pg-limiter", {".env": ENV + "GENERAL_LIMIT=0\n"},
                        [pg_user("zero", special_limit=0), pg_user("minus", special_limit=-1), pg_user("one", special_limit=1)])
        self.assertEqual([looked.limit(n) for n in ("zero", "minus", "one")], [None, None, "1"])
        self.assertNotIn("limits.general", looked.settings)
        self.assertEqual(len([r for r in looked.data["left_out"] if r["because"] == "unusable"]), 3)

    def test_names_are_kept_whole(self):
        """It cut names at "@" and took "12." off their beginning."""
        names = ["a@b.example", "12.ali", "a.b.c", "a b", "quo\"te'd", "علی", "دو\u200cکلمه"]
        looked = Looked("pg-limiter", {".env": ENV}, [pg_user(n, special_limit=3) for n in names])
        self.assertEqual([looked.limit(n) for n in names], ["3"] * len(names))

    def test_numbers_in_names_that_were_limits_are_not_lost_silently(self):
        looked = Looked("pg-limiter", {".env": ENV}, [pg_user(n) for n in ("ali.3.User", "bea.2.User", "cem4User", "dora5")])
        told = " ".join(looked.data["advice"]) + json.dumps(looked.data["settings"])
        for piece in ("2 accounts like ali.3.User", "1 account like ali3User", "1 account with a digit at the end"):
            self.assertIn(piece, told)

    def test_secrets_are_never_shown(self):
        looked = Looked("pg-limiter", {".env": ENV + "BOT_TOKEN=1:hush\nAPI_PASSWORD=hush\nREDIS_URL=redis://:hush@h\n",
                                       "config.json": {"panel": {"password": "hush-older"}, "telegram": {"bot_token": "hush"},
                                                       "new": {"deep": "hush"}}})
        self.assertNotIn("hush", json.dumps(looked.data))


class V2IpLimit(unittest.TestCase):
    def test_everybody_comes_back_in_his_own_time(self):
        before = int(time.time())
        looked = Looked("v2iplimit", {"config.json": V2 | {"TIME_TO_ACTIVE_USERS": 1800, "CHECK_INTERVAL": 240},
                                      ".disable_users.json": {"disable_user": ["ali", "a.b"]}})
        self.assertEqual(looked.settings["ladder.steps"], ["30m"])
        self.assertEqual(looked.settings["counting.interval"], "4m")
        for name in ("ali", "a.b"):
            self.assertIn(looked.due(name), [at(before + 1800 + late) for late in range(60)])
        self.assertEqual(looked.settings["backend.main.url"], "https://panel.example.com:8443")

    def test_limits_are_taken_as_objects_and_as_pairs(self):
        looked = Looked("v2iplimit", {"config.json": V2 | {"SPECIAL_LIMIT": [["ali", 3], ["bea", "4"], ["cem"]],
                                                           "EXCEPT_USERS": [["boss"], "guest"]}})
        self.assertEqual([looked.limit(n) for n in ("ali", "bea", "cem")], ["3", "4", None])
        self.assertIn(("exemption", "boss"), looked.accounts)
        self.assertIn(("exemption", "guest"), looked.accounts)


class MarzbanSentry(unittest.TestCase):
    def test_seconds_are_seconds(self):
        """It multiplied them by a thousand: 60 s were 16 hours."""
        looked = Looked("marzban-sentry", {".env": SENTRY + "BAN_TIME=60\nUSER_CONNECTION_LIFETIME=90\nFIREWALL=Iptables"})
        self.assertEqual(looked.settings["first_come.ban_time"], "1m")
        self.assertEqual(looked.settings["first_come.lifetime"], "1m30s")
        self.assertEqual(looked.settings["counting.method"], "first_come")
        note = next(r["note"] for r in looked.data["settings"] if r["ours"] == "firewall.driver")
        self.assertIn("used ufw all the same", note)

    def test_minus_one_is_unlimited_and_dotted_names_are_whole(self):
        looked = Looked("marzban-sentry", {".env": SENTRY, "users.json": {"boss": -1, "a.b.c": 4, "nobody": 0}})
        self.assertEqual([looked.limit(n) for n in ("boss", "a.b.c", "nobody")], ["unlimited", "4", None])

    def test_bans_that_nobody_lifts_any_more_are_listed_for_both_families(self):
        looked = Looked("marzban-sentry", {".env": SENTRY, "storage.json": {"203.0.113.5": 1700000000, "2001:db8::5": 0}})
        why = [r["why"] for r in looked.data["left_out"] if "ufw" in r["why"]]
        self.assertEqual([w.rsplit(" ", 1)[-1] for w in why], ["203.0.113.5", "2001:db8::5"])
        self.assertTrue(any("2 addresses" in line for line in looked.data["advice"]))

    def test_a_missing_number_is_no_zero(self):
        """It ends with int(None)."""
        looked = Looked("marzban-sentry", {".env": "HOST=h\nPORT=\nUSERNAME=a\nPASSWORD=hush\nALLOWED_CONNECTIONS=\nBAN_TIME=\n"})
        self.assertNotIn("limits.general", looked.settings)
        self.assertNotIn("first_come.ban_time", looked.settings)
        self.assertEqual(looked.settings["backend.main.url"], "http://h")


class LuIp(unittest.TestCase):
    def test_minutes_are_minutes(self):
        looked = Looked("luip", {".env": LUIP + "BAN_TIME=5\nCHECK_INACTIVE_USERS_DURATION=2\n"})
        self.assertEqual(looked.settings["first_come.ban_time"], "5m")
        self.assertEqual(looked.settings["first_come.lifetime"], "2m")

    def test_a_file_that_was_cut_off_loses_its_broken_lines_and_no_other(self):
        looked = Looked("luip", {".env": LUIP, "users.csv": 'email,limit\r\nali,4\r\nuser2.vip,2\r\n"q,uote",3\r\nhalf\r\nx,many\r\n',
                                 "blocked_ips.csv": "203.0.113.9,1790000000\n198.51.1"})
        self.assertEqual([looked.limit(n) for n in ("ali", "user2.vip", "q,uote")], ["4", "2", "3"])
        places = [r["where"].rsplit("/", 1)[-1] for r in looked.data["left_out"] if r["because"] == "unusable"]
        self.assertEqual(sorted(places), ["blocked_ips.csv:2", "users.csv:5", "users.csv:6"])


if __name__ == "__main__":
    unittest.main()

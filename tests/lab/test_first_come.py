#!/usr/bin/env python3
"""Marzban-Sentry's way on a real core and a real firewall: who came first goes on, to the last byte; who comes
too late is refused and cut, and comes in when its ban is over and a slot is free."""
import hashlib
import json
import time
import unittest

import hub
from lab import require, wait_for
from proxy import SERVER_V4, WEB_V4
from test_cut import FIREWALL, CutLab

FIRST, SECOND, THIRD = "203.0.113.7", "198.51.100.9", "192.0.2.77"
LIFETIME, BAN = 20, 15

CONFIG = """
[counting]
method = "first_come"

[first_come]
lifetime = "{lifetime}s"
ban_time = "{ban}s"

[limits]
general = 2

[mode]
global = "enforce"

[daemon]
state_dir = "{{folder}}/state"
socket = "{{folder}}/api.sock"

[[source]]
name = "lab"
path = "{{log}}"
zone = "local"
{{more}}
""".format(lifetime=LIFETIME, ban=BAN)


class FirstComeLab(CutLab):
    CONFIG = CONFIG

    def __init__(self):
        super().__init__(FIREWALL)

    def file(self, name, size):
        """Of which no two blocks are the same; its digest."""
        blocks = b"".join(number.to_bytes(8, "big") * 128 for number in range(size // 1024))
        (self.folder / "www" / name).write_bytes(blocks)
        return hashlib.sha256(blocks).hexdigest()

    def slow_download(self, host, port, name):
        return self.start(host, name, [
            "curl", "-sSN", "--limit-rate", "1M", "-o", self.folder / name, "--socks5-hostname",
            f"127.0.0.1:{port}", f"http://{WEB_V4}/film"])

    def refusals(self):
        return [row for row in self.ask("decision", "list") if row["action"] == "refuse"]


class PanelLab(hub.EnforcingLab):
    """A panel's account in two homes, one of them too many; the daemon runs where the customers come."""
    CONFIG = hub.CONFIG + """
[counting]
method = "first_come"
[first_come]
lifetime = "20s"
ban_time = "1m"
act = "{act}"
[firewall]
driver = "nftables"
"""
    DAEMON_ON = SERVER_V4

    def __init__(self):
        super().__init__(["alice"], block_seconds=600)

    def write_config(self, act="origins"):
        super().write_config(act=act)

    def decided(self, action):
        return [row for row in self.ask("decision", "list") if (row["action"], row["state"]) == (action, "in_force")]


class AtAPanel(unittest.TestCase):
    def test_origins_are_refused_and_the_panel_is_asked_for_nothing_unless_the_account_is_meant(self):
        with PanelLab() as lab:
            email = lab.emails["alice"]
            early = lab.client("early", "vmess", email, "203.0.113.10")
            lab.browse(early)
            lab.wait_for_line("203.0.113.10:", seconds=20)
            # Not before the log's clock is known, which takes it some lines.
            wait_for("the early one to be seen", lambda: lab.ask("account", "show", "alice")["origins"], 30)
            time.sleep(1.5)  # who came first is known to the second
            late = lab.client("late", "trojan", email, "198.51.100.20")
            lab.browse(late)
            wait_for("the late comer to be refused", lambda: lab.decided("refuse"), 40)
            wait_for("its address to be in the firewall", lambda: "198.51.100.20" in lab.run(
                lab.server, ["nft", "list", "table", "inet", "fairgate"], check=False), 5)
            self.assertEqual(lab.fetch(late), 0)
            self.assertEqual(lab.fetch(early), 20_000)
            self.assertEqual(lab.status_at_panel("alice"), "active")
            self.assertEqual(lab.changes("alice"), [], "the panel was asked to change her")

            # The same, where the whole account is meant.
            lab.ask("undo", "--account", "alice", "--yes")
            lab.daemon.stop(20)
            lab.write_config(act="account")
            lab.start_daemon()
            lab.wait_for_status("alice", "disabled", 60)
            self.assertEqual([row["account"] for row in lab.decided("block")], ["alice"])
            self.assertTrue(lab.changes("alice"))
            self.assertEqual(lab.decided("refuse"), [])
            lab.ask("undo", "--account", "alice", "--yes")
            lab.wait_for_status("alice", "active", 20)


class FirstCome(unittest.TestCase):
    def test_who_came_first_goes_on_and_who_came_too_late_waits_for_a_free_slot(self):
        with FirstComeLab() as lab:
            digest = lab.file("film", 45 << 20)
            hosts = [lab.host(name, address) for name, address in
                     (("first", FIRST), ("second", SECOND), ("third", THIRD))]
            ports = [lab.person("alice", "vless", host=host) for host in hosts]
            films = [lab.slow_download(host, port, f"film-{port}") for host, port in zip(hosts[:2], ports)]
            wait_for("both to be seen", lambda: len(lab.sessions("alice")) >= 2, 20)
            self.assertTrue(lab.reaches(ports[2], hosts[2]), "nobody is refused before it came")
            lab.download(ports[2], "late", ":81/", to=lab.folder / "late", host=hosts[2])
            wait_for("the third to be refused", lab.refusals, 25)
            time.sleep(2)
            size = (lab.folder / "late").stat().st_size
            time.sleep(1)
            self.assertEqual((lab.folder / "late").stat().st_size, size, "its download was not cut")
            self.assertFalse(lab.reaches(ports[2], hosts[2]))
            for host, port in zip(hosts[:2], ports):
                self.assertTrue(lab.reaches(port, host), host.name)

            decision = lab.refusals()[0]
            shown = json.dumps(lab.ask("why", decision["id"]))
            print(decision["reason"], flush=True)
            self.assertRegex(shown, rf"slot 1: ({FIRST}|{SECOND}) since .*{THIRD} came third")
            self.assertRegex(shown, r"cut \d+, left 0")
            table = lab.run(lab.server, ["nft", "list", "table", "inet", "fairgate"])
            self.assertIn(THIRD, table)
            self.assertNotIn(FIRST, table)

            for film in films:
                film.process.wait(90)
                self.assertEqual(film.process.returncode, 0, film.text())
            for port in ports[:2]:
                got = hashlib.sha256((lab.folder / f"film-{port}").read_bytes()).hexdigest()
                self.assertEqual(got, digest, "an earlier transfer was touched")

            # The second goes home: its slot is free after its lifetime, and the third comes in for good.
            wait_for("the third to be let in", lambda: lab.reaches(ports[2], hosts[2]), LIFETIME + 2 * BAN + 40, every=1)
            wait_for("no ban to be left", lambda: THIRD not in lab.run(
                lab.server, ["nft", "list", "table", "inet", "fairgate"]), BAN + 10)
            time.sleep(LIFETIME)  # whoever was there before is gone for sure
            before = len(lab.refusals())
            self.assertTrue(lab.reaches(ports[2], hosts[2]))
            time.sleep(12)  # a slot of time is judged
            self.assertEqual(len(lab.refusals()), before)
            self.assertTrue(lab.reaches(ports[2], hosts[2]))


if __name__ == "__main__":
    require("v2ray", "curl", "nft", "openssl")
    unittest.main()

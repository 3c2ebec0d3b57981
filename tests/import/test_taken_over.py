#!/usr/bin/env python3
"""Switching with punishments open: another tool's files, a simulated panel, `fairgate import`, the daemon.

Named after what those tools do to the people they hold when they are started again.
"""
import contextlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import time
import unittest

import peer_files

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "faults"))
from rig import BINARIES, PASSWORD, Rig, wait_for  # noqa: E402


class Switch(Rig):
    """A rig whose daemon knows nothing but what is imported."""

    def __init__(self, names, *kind):
        super().__init__(names, panel=kind)

    def __enter__(self):
        super().__enter__()
        self.peer = self.folder / "peer"
        self.peer.mkdir()
        return self

    def write_config(self, more=""):
        (self.folder / "fairgate.toml").write_text(
            f'[daemon]\nstate_dir = "{self.folder}/state"\nsocket = "{self.folder}/api.sock"\n')

    def take_over(self, tool):
        done = subprocess.run([BINARIES / "fairgate", "import", tool, self.peer, "--yes", "--json", "--config",
                               self.folder / "fairgate.toml"], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return json.loads(done.stdout)["data"]

    def at_panel(self, name):
        return self.panel.tell(f"state {name}", f"state {name} ").split()[2:]

    def wait_for_state(self, name, *state, seconds=25):
        wait_for(f"{name} to be {state}", lambda: self.at_panel(name) == list(state), seconds)
        return time.time()

    def start_and_sync(self):
        self.start()
        wait_for("the panel's accounts", lambda: self.ask("status")["backends"][0]["state"] == "ready", 20, 0.2)


# Since when, until when (from now on; -1: for good), taken out of which groups, and what is so at the panel.
HELD_BY_PG_LIMITER = {
    "due": (-7200, -60, None, ["disable due"]),
    "soon": (-300, 14, None, ["disable soon"]),
    "forever": (-7200, -1, None, ["disable forever"]),
    "held": (-7200, -60, None, ["status held on_hold", "disable held"]),
    "moved": (-7200, -60, "[1]", ["move moved", "disable moved"]),
    "freed": (-7200, 3600, None, []),
    "erased": (-7200, -60, None, ["delete erased"]),
}


def pg_limiter(rig, now):
    """Its files, and what it has done at the panel."""
    (rig.peer / ".env").write_text(f"PANEL_DOMAIN={rig.panel.url}\nPANEL_USERNAME=fairgate\nPANEL_PASSWORD={PASSWORD}\n"
                                   "GENERAL_LIMIT=2\nTIME_TO_ACTIVE_USERS=900\n")
    with contextlib.closing(sqlite3.connect(rig.peer / "pg_limiter.db")) as database:
        database.execute(peer_files.USERS)
        database.execute("CREATE TABLE config (key VARCHAR PRIMARY KEY, value JSON)")
        for key, value in (("disable_method", "group"), ("disabled_group_id", 2)):
            database.execute("INSERT INTO config VALUES (?, ?)", (key, json.dumps(value)))
        for name in set(rig.names) & set(HELD_BY_PG_LIMITER):
            since, end, groups, orders = HELD_BY_PG_LIMITER[name]
            database.execute("INSERT INTO users (username, status, is_disabled_by_limiter, disabled_at, enable_at,"
                             " original_groups) VALUES (?, 'active', 1, ?, ?, ?)",
                             (name, now + since, end if end == -1 else now + end, groups))
            for order in orders:
                rig.panel.tell(order)
        database.commit()


class TakenOver(unittest.TestCase):
    def test_starting_is_no_amnesty_and_nobody_comes_back_as_what_he_was_not(self):
        with Switch((*HELD_BY_PG_LIMITER, "plain")) as rig:
            now = int(time.time())
            pg_limiter(rig, now)
            rig.take_over("pg-limiter")
            rig.start_and_sync()
            (rig.peer / "backup.json").write_text('{"except_users": ["plain"]}')
            with self.assertRaisesRegex(AssertionError, "FG-STO-009"):
                rig.take_over("pg-limiter")  # not beside a daemon that runs
            rig.wait_for_state("due", "active", "1")
            rig.wait_for_state("held", "on_hold", "1")
            rig.wait_for_state("moved", "active", "1")
            self.assertEqual(rig.at_panel("soon"), ["disabled", "1"])
            rig.kill()  # a restart gives back nobody early, and forgets nobody
            rig.start_and_sync()
            back = rig.wait_for_state("soon", "active", "1")
            self.assertGreaterEqual(back, now + 14)
            self.assertLess(back, now + 14 + 15)
            self.assertEqual(rig.at_panel("forever"), ["disabled", "1"])
            self.assertEqual(rig.at_panel("plain"), ["active", "1"])
            for name in ("freed", "plain", "forever"):
                self.assertEqual(rig.panel.orders(name), [], name)
            states = dict(rig.rows("SELECT name, state FROM measure"))
            self.assertEqual(states["forever"], "active")
            self.assertEqual({states[n] for n in ("due", "soon", "held", "moved", "freed")}, {"lifted"})
            self.assertEqual(states["erased"], "failed", "the account is gone")
            rig.run("undo", "--account", "forever", "--yes")
            rig.wait_for_state("forever", "active", "1")


    def test_a_failed_release_is_not_forgotten(self):
        with Switch(("due",)) as rig:
            now = int(time.time())
            pg_limiter(rig, now)
            rig.take_over("pg-limiter")
            rig.panel.tell("fault status PUT /api/user -1")
            rig.start()
            rig.wait_for_states("lifting")
            self.assertEqual(rig.at_panel("due")[0], "disabled")
            rig.panel.tell("clear")
            rig.wait_for_state("due", "active", "1")
            rig.wait_for_states("lifted")


    def test_v2iplimit_does_not_give_back_everybody_at_once(self):
        with Switch(("ali", "held", "freed"), "--marzban") as rig:
            (rig.peer / "config.json").write_text(json.dumps({
                "PANEL_DOMAIN": rig.panel.url, "PANEL_USERNAME": "fairgate", "PANEL_PASSWORD": PASSWORD,
                "GENERAL_LIMIT": 2, "TIME_TO_ACTIVE_USERS": 12}))
            (rig.peer / ".disable_users.json").write_text('{"disable_user": ["ali", "held", "freed"]}')
            rig.panel.tell("status held on_hold")
            rig.panel.tell("disable ali")
            rig.panel.tell("disable held")
            begun = time.time()
            rig.take_over("v2iplimit")
            rig.start_and_sync()
            self.assertEqual(rig.at_panel("ali")[0], "disabled")
            back = rig.wait_for_state("ali", "active", "-")
            rig.wait_for_state("held", "on_hold", "-")
            self.assertGreaterEqual(back, begun + 11)
            self.assertEqual(rig.panel.orders("freed"), [])
            rig.wait_for_states("lifted", "lifted", "lifted")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Kills the executor (SIGKILL, real SQLite) at every point of its journal's steps and starts it again.

At every point, with and without an edit by hand before the restart: an account that is in the journal
is held until it is due and never released early, then gets back what it had, and an edit by hand stays.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

VICTIM = sys.argv[1]
MINUTES = 10
FREE = {"id": 1, "status": "active", "group": "silver", "by_hand": True}


class Machine:
    """A directory that outlives the program's lives."""

    def __init__(self, folder):
        self.database, self.world = folder / "fairgate.db", folder / "world.json"
        self.set(FREE)

    def set(self, account):
        self.world.write_text(json.dumps({"ali": account}))

    def account(self):
        return json.loads(self.world.read_text())["ali"]

    def run(self, minute, *order, kill_at=0):
        """The report, or nothing if it was killed."""
        order = order or ("none",)
        command = [VICTIM, self.database, self.world, str(minute * 60), str(kill_at), *order]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        if done.returncode == -signal.SIGKILL:
            return None
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def snapshot(self, to):
        for file in self.database.parent.iterdir():
            shutil.copy2(file, to / file.name)


def parts(account):
    return account["status"], account["group"]


def restarted(machine, minute):
    """Life after a crash: take up what is open; decide again only what the journal does not know."""
    report = machine.run(minute)
    if report["known"] == 0:
        report = machine.run(minute, "block", "ali", str(MINUTES * 60))
    return report


def check_block(machine, note):
    restarted(machine, 1)
    assert parts(machine.account()) == ("disabled", "restricted"), note
    assert machine.run(MINUTES - 1)["open"] == 1, note
    assert parts(machine.account()) == ("disabled", "restricted"), f"{note}: released early"
    check_end(machine, MINUTES + 2, parts(FREE), note)


def check_end(machine, minute, expected, note):
    machine.run(minute)
    report = machine.run(minute + 2)  # what is doubted is looked at again
    assert report["open"] == 0, f"{note}: {report}"
    assert set(report["states"]) == {"lifted"}, f"{note}: {report}"
    assert parts(machine.account()) == expected, f"{note}: {machine.account()}"


def each_kill(base, minute, *order):
    """A machine killed at each point of this life, one after the other."""
    for kill_at in range(1, 200):
        with tempfile.TemporaryDirectory() as folder:
            machine = Machine(pathlib.Path(folder))
            if base is not None:
                base.snapshot(pathlib.Path(folder))
            if machine.run(minute, *order, kill_at=kill_at) is not None:
                return
            yield machine, f"killed at point {kill_at} of {order or 'a restart'} in minute {minute}"


def by_hand(machine):
    account = machine.account()
    machine.set({**account, "group": "gold"})


def main():
    count = 0
    block = ("block", "ali", str(MINUTES * 60))
    for machine, note in each_kill(None, 0, *block):
        check_block(machine, note)
        count += 1
    for machine, note in each_kill(None, 0, *block):
        by_hand(machine)
        restarted(machine, 1)
        check_end(machine, MINUTES + 2, ("active", "gold"), note + ", edited by hand")
        count += 1
    with tempfile.TemporaryDirectory() as folder:
        blocked = Machine(pathlib.Path(folder))
        blocked.run(0, *block)
        for minute, order in ((5, ()), (MINUTES, ()), (5, ("undo",))):
            for machine, note in each_kill(blocked, minute, *order):
                if order == () and minute == 5:
                    assert parts(machine.account()) == ("disabled", "restricted"), note
                if order and machine.run(minute)["open"] == 1:
                    machine.run(minute, *order)  # the undo was not written down: it is asked again
                check_end(machine, MINUTES + 2, parts(FREE), note)
                count += 1
        for machine, note in each_kill(blocked, MINUTES):
            account = machine.account()
            machine.set({**account, "status": "on_hold", "by_hand": True})
            check_end(machine, MINUTES + 2, ("on_hold", "silver"), note + ", edited by hand")
            count += 1
    print(f"{count} kills, no drift")
    assert count > 40, "the points of the program were not found"


if __name__ == "__main__":
    os.umask(0o077)
    main()

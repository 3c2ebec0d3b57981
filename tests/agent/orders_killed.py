#!/usr/bin/env python3
"""Kills a node's measures (SIGKILL, real SQLite) at every write of its journal, its shelf and its firewall, while it takes
an order, takes it up again, extends it, lifts it, or ends it when due, and starts it again.

What the hub ordered is in force until it is due and no longer; the hub says again only what the node does not hold.
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
END = 600  # seconds
LATER = 1200
BOTH = {"203.0.113.5", "2001:db8::5 to tcp/443"}


class Node:
    """A folder that outlives the program's lives."""

    def __init__(self, folder):
        self.folder, self.rules = folder, folder / "rules.json"
        self.rules.write_text("{}")

    def refused(self):
        return set(json.loads(self.rules.read_text()))

    def run(self, second, *order, kill_at=0):
        """The report, or nothing if it was killed."""
        command = [VICTIM, self.folder / "measures.db", self.rules, str(second), str(kill_at), *(order or ("none",))]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        if done.returncode == -signal.SIGKILL:
            return None
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def each_kill(base, second, *order):
    """A node killed at each point of this life, one after the other."""
    for kill_at in range(1, 300):
        with tempfile.TemporaryDirectory() as folder:
            node = Node(pathlib.Path(folder))
            if base is not None:
                for file in base.folder.iterdir():
                    shutil.copy2(file, node.folder / file.name)
            if node.run(second, *order, kill_at=kill_at) is not None:
                return
            yield node, f"killed at point {kill_at} of {order or 'a restart'} at {second} s"


def hub_compares(node, second, end, note):
    """What the node tells that it holds against what the hub wants, and the difference ordered."""
    held = node.run(second)["held_until"]
    if held != [end]:
        assert held in ([], [END]), f"{note}: {held}"
        held = node.run(second, "deny", str(end))["held_until"]
    assert held == [end], f"{note}: {held}"
    assert node.refused() == BOTH, f"{note}: {node.refused()}"


def ends_in_time(node, end, note):
    assert node.run(end - 5)["held_until"] == [end], f"{note}: released early"
    assert node.refused() == BOTH, f"{note}: released early"
    is_over(node, end + 5, note)


def is_over(node, second, note):
    node.run(second)
    report = node.run(second + 60)
    assert not report["held_until"] and not node.refused(), f"{note}: {report}, {node.refused()}"
    assert set(report["states"]) <= {"lifted"}, f"{note}: {report}"


def main():
    count = 0
    for node, note in each_kill(None, 0, "deny", str(END)):
        hub_compares(node, 30, END, note)
        ends_in_time(node, END, note)
        count += 1
    with tempfile.TemporaryDirectory() as folder:
        holding = Node(pathlib.Path(folder))
        holding.run(0, "deny", str(END))
        for node, note in each_kill(holding, 300):
            assert node.refused() == BOTH, note
            ends_in_time(node, END, note)
            count += 1
        for node, note in each_kill(holding, 300, "deny", str(LATER)):
            assert node.refused() == BOTH, note
            hub_compares(node, 330, LATER, note)
            ends_in_time(node, LATER, note)
            count += 1
        for node, note in each_kill(holding, 300, "lift"):
            if node.run(330)["held_until"]:  # then the hub says it again
                node.run(330, "lift")
            is_over(node, 330, note)
            count += 1
        for node, note in each_kill(holding, END):
            is_over(node, END + 5, note)
            count += 1
    print(f"{count} kills, no drift")
    assert count > 30, "the points of the program were not found"


if __name__ == "__main__":
    os.umask(0o077)
    main()

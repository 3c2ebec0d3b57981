#!/usr/bin/env python3
"""Runs a test that rests on the time of real programs, and once more if it fails.

    once_more.py SECONDS NAME LOG COMMAND...

A core that waits ten seconds, a phone that downloads, a daemon that looks every two: beside five other such tests on two
cores some of it can come too late for once. What fails twice is broken. What passed only the second time is written into
LOG, so that nobody can overlook it for long; .ci/run prints it.
"""
import pathlib
import signal
import subprocess
import sys

SKIPPED = 77


def attempt(command, seconds):
    """Its exit code; 124 when it had to be ended."""
    process = subprocess.Popen(command)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"not done after {seconds} s", flush=True)
        process.send_signal(signal.SIGTERM)  # a lab cleans up then
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return 124


def main(seconds, name, log, *command):
    first = attempt(command, int(seconds))
    if first in (0, SKIPPED):
        return first
    print(f"== {name}: failed with {first}; once more", flush=True)
    second = attempt(command, int(seconds))
    if second == 0:
        with pathlib.Path(log).open("a", encoding="utf-8") as told:
            print(f"{name}: passed only the second time", file=told)
    return second


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

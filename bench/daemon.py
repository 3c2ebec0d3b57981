#!/usr/bin/env python3
"""Measures a running daemon: its memory, and how soon a violation reaches the panel.

  idle      a daemon with a log that nobody writes to
  loaded    the same with a simulated panel's accounts; then with all of them online
  delay     accounts are shared, a few more with each slot; measured from the end of the slot that
            completes a violation to the panel reading the order to disable the account

Everything speaks over loopback and lives in a temporary folder. Takes about two and a half minutes.
"""
import argparse
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SLOT = 10  # seconds, as src/tracker/slot.hpp
ACCOUNTS = 10_000
SHARERS_A_SLOT, SHARING_SLOTS = 10, 10
WITHOUT_PANEL = """
[limits]
general = 1

[mode]
global = "enforce"

[ladder]
steps = ["10m"]

[breaker]
most_blocks = 1000

[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"

[[source]]
name = "local"
path = "{folder}/access.log"
zone = "UTC"
"""
WITH_PANEL = WITHOUT_PANEL + """backend = "main"
names = "pasarguard"

[[backend]]
name = "main"
type = "pasarguard"
url = "https://127.0.0.1:{port}"
username = "fairgate"
password_file = "{folder}/password"
pinned_sha256 = "{pin}"
"""


def memory(process):
    """Resident bytes."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


class Panel:
    """The simulated panel; notes when it got each order."""

    def __init__(self, tools, folder, port, names):
        self.orders, self.emails, self.ready = [], {}, threading.Event()
        self.process = subprocess.Popen(
            [tools / "lab_panel", f"127.0.0.1:{port}", folder / "panel.pem", folder / "panel.key", "0", *names],
            stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        if not self.ready.wait(30):
            sys.exit("the simulated panel did not start")

    def _read(self):
        for line in self.process.stdout:
            words = line.split()
            if words[0] == "account":
                self.emails[words[1]] = words[2]
            elif words[0] == "ready":
                self.ready.set()
            elif words[1] == "/api/users/bulk/disable":
                self.orders += [(time.time(), number) for number in json.loads(words[2])["ids"]]


class Traffic:
    """Writes the access log: each account once a slot, shared ones from a second home as well."""

    def __init__(self, path, emails):
        self.path, self.emails = path, emails

    @staticmethod
    def line(address, email):
        now = time.gmtime()
        return (time.strftime("%Y/%m/%d %H:%M:%S", now) +
                f" from {address}:40000 accepted tcp:example.com:443 [in >> direct] email: {email}\n")

    def write_slot(self, slot, sharers):
        """Spreads the slot's lines over its first eight seconds."""
        names = list(self.emails)
        with open(self.path, "a", encoding="utf-8") as file:
            for part in range(8):
                wait_until(slot * SLOT + part + 0.2)
                for i in range(part, len(names), 8):
                    file.write(self.line(f"198.18.{i // 250}.{1 + i % 250}", self.emails[names[i]]))
                    if names[i] in sharers:
                        file.write(self.line(f"198.51.100.{1 + i % 250}", self.emails[names[i]]))
                file.flush()


def wait_until(moment):
    time.sleep(max(0.0, moment - time.time()))


def wait_for(what, answer, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = answer()
        if got:
            return got
        time.sleep(0.2)
    sys.exit(f"{what}: not within {seconds} s")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder):
    """A self-signed one; gives its fingerprint."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", folder / "panel.key", "-out", folder / "panel.pem", "-subj", "/CN=panel",
         "-addext", "subjectAltName=IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
    shown = subprocess.run(["openssl", "x509", "-in", folder / "panel.pem", "-noout", "-fingerprint", "-sha256"],
                           check=True, stdout=subprocess.PIPE, text=True).stdout
    return shown.partition("=")[2].strip().replace(":", "").lower()


class Daemon:
    def __init__(self, tools, folder, configuration):
        (folder / "fairgate.toml").write_text(configuration)
        self.tools, self.socket = tools, folder / "api.sock"
        self.process = subprocess.Popen([tools / "fairgate", "daemon", "--config", folder / "fairgate.toml"],
                                        stdout=subprocess.DEVNULL)
        wait_for("the daemon", lambda: self.ask("status"))

    def ask(self, *words):
        done = subprocess.run([self.tools / "fairgate", *words, "--json", "--socket", self.socket],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return json.loads(done.stdout)["data"] if done.returncode == 0 else None


def stop(*processes):
    for process in processes:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def idle(tools, folder):
    (folder / "access.log").touch()
    daemon = Daemon(tools, folder, WITHOUT_PANEL.format(folder=folder))
    time.sleep(12)
    resident = memory(daemon.process)
    stop(daemon.process)
    return resident


def delays(orders, started):
    """Seconds from the end of the completing slot, for each shared account's first order.

    `started` gives the slot in which the sharing of an account, by its number at the panel, began.
    """
    first = {}
    for moment, number in orders:
        first.setdefault(number, moment)
    if set(first) != set(started):
        sys.exit(f"shared: {sorted(started)}, disabled: {sorted(first)}")
    late = []
    for slot in set(started.values()):
        moments = [first[number] for number in started if started[number] == slot]
        completed = min(moments) // SLOT * SLOT  # the slots before it were enough
        if completed / SLOT - slot > 8:
            sys.exit(f"found only {completed / SLOT - slot} slots after sharing began")
        late += [moment - completed for moment in moments]
    return sorted(late)


def busy(tools, folder):
    names = [f"user{i}" for i in range(ACCOUNTS)]
    pin, port = certificate(folder), free_port()
    (folder / "password").write_text("lab-password")
    (folder / "password").chmod(0o600)
    (folder / "access.log").write_text("")
    panel = Panel(tools, folder, port, names)
    daemon = Daemon(tools, folder, WITH_PANEL.format(folder=folder, port=port, pin=pin))
    try:
        wait_for("the accounts", lambda: daemon.ask("status")["backends"][0]["accounts"] == ACCOUNTS)
        time.sleep(3)
        loaded = memory(daemon.process)
        traffic = Traffic(folder / "access.log", panel.emails)
        now, started = int(time.time()) // SLOT, {}
        for i in range(SHARING_SLOTS + 7):
            now += 1
            if i < SHARING_SLOTS:
                # Those whose lines are written at the same moment of a slot, so that all are complete at once.
                started |= {800 * i + 8 * k + 1: now for k in range(SHARERS_A_SLOT)}
            traffic.write_slot(now, {f"user{number - 1}" for number in started})
        time.sleep(SLOT)
        return loaded, memory(daemon.process), delays(panel.orders, started)
    finally:
        stop(daemon.process, panel.process)


def measure(tools):
    """Figures in bytes and seconds."""
    with tempfile.TemporaryDirectory(prefix="fairgate-bench-") as folder:
        resting = idle(tools, pathlib.Path(folder))
    with tempfile.TemporaryDirectory(prefix="fairgate-bench-") as folder:
        loaded, online, late = busy(tools, pathlib.Path(folder))
    return {"idle_rss": resting, "loaded_rss": loaded, "online_rss": online, "delays": len(late),
            "delay_p50": late[len(late) // 2], "delay_p99": late[min(len(late) - 1, int(len(late) * 0.99))]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="where the programs are")
    print(json.dumps(measure(parser.parse_args().tools.resolve()), indent=1))

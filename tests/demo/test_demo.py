#!/usr/bin/env python3
"""The demo as a newcomer uses it: starts it, types what its screen says, ends it, kills it.

usage: test_demo.py FAIRGATE
"""

import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

FAIRGATE = sys.argv[1] if len(sys.argv) > 1 else "build/dev/bin/fairgate"
SPEED = "10"
PATIENCE = 40


class Demo:
    """A running demo and what it has printed so far."""

    def __init__(self, tmp, *words):
        self.environment = dict(os.environ, TMPDIR=tmp, PATH="/usr/bin:/bin")
        self.process = subprocess.Popen(
            [FAIRGATE, "demo", *words], stdout=subprocess.PIPE, text=True, env=self.environment
        )
        self.text = ""
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, pattern):
        """The first line, printed from now on, in which the pattern is found."""
        until = time.monotonic() + PATIENCE
        while True:
            line = self.lines.get(timeout=max(0.1, until - time.monotonic()))
            assert line is not None, f"the demo ended without {pattern!r}:\n{self.text}"
            self.text += line
            if re.search(pattern, line):
                return line

    def rest(self):
        while (line := self.lines.get(timeout=PATIENCE)) is not None:
            self.text += line
        self.process.wait(timeout=PATIENCE)
        return self.text

    def type(self, command):
        """What a second terminal shows, after the line that the screen begins with."""
        first = re.search(r"^ *(export FAIRGATE_SERVER=.*)$", self.text, re.M).group(1)
        return subprocess.run(
            ["bash", "-c", f"{first}\n{command}"],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=PATIENCE,
            check=False,
        )

    def must(self, command):
        done = self.type(command)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout


class Panel:
    """The simulated panel, asked over its own API."""

    def __init__(self, folder):
        text = (folder / "fairgate.toml").read_text()
        self.url = re.search(r'url = "(.*)"', text).group(1)
        form = {
            "grant_type": "password",
            "username": re.search(r'username = "(.*)"', text).group(1),
            "password": (folder / "panel-password").read_text().strip(),
        }
        body = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(self.url + "/api/admin/token", body, timeout=PATIENCE) as answer:
            self.token = json.load(answer)["access_token"]

    def status(self, name):
        request = urllib.request.Request(
            f"{self.url}/api/user/{name}", headers={"Authorization": "Bearer " + self.token}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["status"]

    def wait_for(self, name, status):
        until = time.monotonic() + PATIENCE
        while self.status(name) != status:
            assert time.monotonic() < until, f"{name} does not become {status} in the panel"
            time.sleep(0.1)


def folder_in(tmp):
    return pathlib.Path(tmp) / f"fairgate-demo-{os.geteuid()}"


def commands(text):
    """The commands that the screen prints, by their first words."""
    return re.findall(r"^    (fairgate [a-z0-9 -]+?)(?:   .*)?$", text, re.M)


def a_sharer_is_found_blocked_given_back_and_taken_back(tmp):
    demo = Demo(tmp, "start", "--speed", SPEED)
    demo.wait_for("What happens")
    printed = commands(demo.text)
    assert "fairgate why sold" in printed and "fairgate undo --last" in printed, printed
    panel = Panel(folder_in(tmp))
    assert panel.status("sold") == "active"

    demo.wait_for(r"found +sold ")
    panel.wait_for("sold", "disabled")
    demo.wait_for(r"blocked +sold ")
    for command in printed:
        if command.split()[1] in ("status", "top", "why", "decision"):
            demo.must(command)
    why = demo.must("fairgate why sold")
    assert "devices" in why and "limit 2" in why, why
    assert "sold" in demo.must("fairgate decision list")
    status = json.loads(demo.must("fairgate status --json"))["data"]
    assert status["accounts"]["blocked"] >= 1, status
    curl = re.search(r"^ *(curl .*)$", demo.text, re.M).group(1)
    if shutil.which("curl"):
        assert json.loads(demo.must(curl + " -fsS")), curl

    demo.wait_for(r"given back +sold ")
    panel.wait_for("sold", "active")

    demo.wait_for(r"  blocked ")
    name = demo.must("fairgate undo --last").splitlines()[1].split("\t")[1]
    demo.wait_for(rf"given back +{name} ")
    panel.wait_for(name, "active")

    # The last of those who share to begin.
    demo.wait_for(r"found +visits ")
    demo.wait_for(r"found +v4andv6 ")
    return demo


def a_second_one_is_refused_and_status_tells_of_the_first(tmp, demo):
    second = subprocess.run(
        [FAIRGATE, "demo"], capture_output=True, text=True, env=demo.environment, check=False
    )
    assert second.returncode == 4 and "FG-DEMO-001" in second.stderr, second
    assert str(demo.process.pid) in demo.must(f"{FAIRGATE} demo status")


def it_ends_cleanly(tmp, demo):
    demo.must(f"{FAIRGATE} demo stop")
    text = demo.rest()
    assert demo.process.returncode == 0, demo.process.returncode
    assert "Found 5 of 5 that share and 0 of\n  the honest" in text, text[-400:]
    assert not folder_in(tmp).exists()
    stopped = demo.type(f"{FAIRGATE} demo status")
    assert stopped.returncode == 3 and "FG-DEMO-003" in stopped.stderr, stopped


def a_port_in_use_is_named(tmp, _):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        demo = subprocess.run(
            [FAIRGATE, "demo", "--listen", address],
            capture_output=True,
            text=True,
            env=dict(os.environ, TMPDIR=tmp),
            timeout=PATIENCE,
            check=False,
        )
    assert demo.returncode != 0 and address in demo.stderr, demo
    assert "in use" in demo.stderr, demo.stderr
    assert not folder_in(tmp).exists()


def killed_it_starts_afresh(tmp, _):
    demo = Demo(tmp, "--speed", SPEED)
    demo.wait_for(r"blocked +sold ")
    demo.process.send_signal(signal.SIGKILL)
    demo.process.wait()
    assert folder_in(tmp).exists()
    again = Demo(tmp, "--speed", SPEED)
    again.wait_for("What happens")
    assert json.loads(again.must("fairgate decision list --json"))["data"] == []
    assert Panel(folder_in(tmp)).status("sold") == "active"
    again.process.send_signal(signal.SIGINT)
    again.rest()
    assert again.process.returncode == 0
    assert not folder_in(tmp).exists()


def main():
    with tempfile.TemporaryDirectory(prefix="fgd") as tmp:
        demo = None
        try:
            begun = time.monotonic()
            demo = a_sharer_is_found_blocked_given_back_and_taken_back(tmp)
            for check in (
                a_second_one_is_refused_and_status_tells_of_the_first,
                it_ends_cleanly,
                a_port_in_use_is_named,
                killed_it_starts_afresh,
            ):
                check(tmp, demo)
                print(f"ok {check.__name__} ({time.monotonic() - begun:.0f} s)", flush=True)
        finally:
            if demo and demo.process.poll() is None:
                demo.process.kill()
                print(demo.text)


main()

#!/usr/bin/env python3
"""The daemon with a bare core and no panel: accounts, block, restart of the core, release, and what it says when the
core is away or another program has its port. With Debian's v2ray and, where scripts/setup could build it, with Xray."""
import datetime
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

BINARIES = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/bin")
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "fairgate"
CORES = {"v2ray": [pathlib.Path("/usr/bin/v2ray"), "-config"], "xray": [CACHE / "xray", "run", "-c"]}
IDS = {"Alice": 0x11, "bob": 0x22}

CONFIG = """
[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"

[[source]]
name = "core-log"
path = "{folder}/access.log"
node = "here"
backend = "core"

[[backend]]
name = "core"
type = "xray"
api = "127.0.0.1:{api}"
config = "{folder}/core.json"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.1)
    return value


class Echo:
    """Sends back what comes."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            talk, _ = self.listener.accept()
            threading.Thread(target=self._answer, args=(talk,), daemon=True).start()

    @staticmethod
    def _answer(talk):
        with talk:
            while data := talk.recv(4096):
                talk.sendall(data)


class World:
    """A core and a daemon that watches it, in a folder of their own."""

    def __init__(self, core):
        self.core_words = CORES[core]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fairgate-core-"))
        self.api, self.vless, self.echo = free_port(), free_port(), Echo()
        self.core = self.daemon = None
        (self.folder / "state").mkdir()
        (self.folder / "core.json").write_text(json.dumps(self._core_config()))
        (self.folder / "fairgate.toml").write_text(CONFIG.format(folder=self.folder, api=self.api))
        try:
            self.start_core()
            self.daemon = self._start("daemon.log", BINARIES / "fairgate", "daemon", "--config", self.folder / "fairgate.toml")
            wait_for("the daemon", lambda: self.ask("status").returncode == 0)
        except BaseException:
            self.end()
            raise

    def _core_config(self):
        clients = [{"id": "-".join([f"{digit:02x}" * n for n in (4, 2, 2, 2, 6)]), "email": name} for name, digit in IDS.items()]
        return {
            "log": {"access": str(self.folder / "access.log"), "loglevel": "warning"},
            "stats": {}, "api": {"tag": "api", "services": ["HandlerService", "StatsService"]},
            "policy": {"levels": {"0": {"statsUserUplink": True, "statsUserDownlink": True}}},
            "inbounds": [
                {"tag": "api-in", "listen": "127.0.0.1", "port": self.api, "protocol": "dokodemo-door",
                 "settings": {"address": "127.0.0.1"}},
                {"tag": "vless-in", "listen": "127.0.0.1", "port": self.vless, "protocol": "vless",
                 "settings": {"decryption": "none", "clients": clients}}],
            "outbounds": [{"tag": "direct", "protocol": "freedom"}],
            "routing": {"rules": [{"type": "field", "inboundTag": ["api-in"], "outboundTag": "api"}]}}

    def _start(self, output, *words):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FAIRGATE_")}
        with (self.folder / output).open("w") as file:
            return subprocess.Popen([str(word) for word in words], stdout=file, stderr=subprocess.STDOUT,
                                    stdin=subprocess.DEVNULL, env=environment)

    def start_core(self):
        self.core = self._start("core.log", *self.core_words, self.folder / "core.json")
        wait_for("the core", lambda: " started" in (self.folder / "core.log").read_text())

    def stop_core(self):
        self.core.kill()
        self.core.wait()

    def ask(self, *words):
        return subprocess.run([BINARIES / "fairgate", *words, "--socket", str(self.folder / "api.sock")], text=True,
                              capture_output=True, timeout=30, check=False)

    def data(self, *words):
        ran = self.ask(*words, "--json")
        assert ran.returncode == 0, f"{words}: {ran.returncode} {ran.stdout}{ran.stderr}"
        return json.loads(ran.stdout)["data"]

    def comes_in(self, name):
        """Whether a new VLESS connection of that account carries bytes."""
        head = bytes([0] + [IDS[name]] * 16 + [0, 1]) + self.echo.port.to_bytes(2, "big") + bytes([1, 127, 0, 0, 1])
        with socket.create_connection(("127.0.0.1", self.vless), timeout=5) as talk:
            try:
                talk.sendall(head + b"hello")
                heard = b""
                while len(heard) < 7 and (piece := talk.recv(100)):
                    heard += piece
                return heard == b"\0\0hello"
            except OSError:
                return False

    def end(self):
        for program in (self.daemon, self.core):
            if program:
                program.terminate()
                program.wait(10)
        shutil.rmtree(self.folder)


def a_day(world):
    wait_for("both accounts", lambda: {row["account"] for row in world.data("account", "list")} >= set(IDS))
    assert world.comes_in("Alice") and world.comes_in("bob")
    decision = world.ask("decision", "add", "Alice", "--for", "10m", "--reason", "sold")
    assert decision.returncode == 0, decision.stdout + decision.stderr
    wait_for("the block", lambda: not world.comes_in("Alice"))
    assert world.comes_in("bob")
    time.sleep(2.5)  # a restart is seen by an uptime that goes back, and it is told in whole seconds
    world.stop_core()
    world.start_core()
    assert world.comes_in("Alice"), "the core has read its own file"
    wait_for("the block after the restart", lambda: not world.comes_in("Alice"), 40)
    assert world.comes_in("bob")
    released = world.ask("undo", "--last", "--yes")
    assert released.returncode == 0, released.stdout + released.stderr
    wait_for("the release", lambda: world.comes_in("Alice"))


def shown(world):
    return world.ask("status").stdout + world.ask("doctor").stdout


def faults(world):
    world.stop_core()
    wait_for("a core that is away to be told", lambda: "FG-XRY-002" in shown(world), 40)
    with socket.create_server(("127.0.0.1", world.api)) as other:
        def answer():
            try:
                while True:
                    talk, _ = other.accept()
                    with talk:
                        talk.settimeout(2)
                        talk.recv(65536)
                        talk.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            except OSError:
                pass
        threading.Thread(target=answer, daemon=True).start()
        wait_for("another program to be told", lambda: "FG-XRY-001" in shown(world), 40)
        other.shutdown(socket.SHUT_RDWR)  # or the waiting accept() would keep the port
    world.start_core()
    wait_for("the core to be back", lambda: "FG-XRY" not in shown(world), 40)


def main():
    tried = 0
    for core, words in CORES.items():
        if not os.access(words[0], os.X_OK):
            print(f"{core} is not here")
            continue
        world = World(core)
        try:
            a_day(world)
            faults(world)
            assert world.daemon.poll() is None
            tried += 1
            print(f"{core}: ok")
        except BaseException:
            print(core, (world.folder / "daemon.log").read_text()[-3000:], world.ask("decision", "list").stdout, shown(world))
            raise
        finally:
            world.end()
    return 0 if tried else 77


if __name__ == "__main__":
    sys.exit(main())

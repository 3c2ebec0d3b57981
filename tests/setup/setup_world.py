"""Simulated panels and cores, a folder, and a person at a pseudo-terminal."""
import datetime
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time

BINARIES = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/bin")
PASSWORD = "lab-password"  # of the simulated administrator
SESSION = {"SSH_CONNECTION": "198.51.100.7 50000 192.0.2.1 22"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True).stdout


def certificate(folder, days):
    """A self-signed one; with days = -1 it was over yesterday."""
    key, request, made = folder / f"key{days}.pem", folder / f"request{days}.pem", folder / f"certificate{days}.pem"
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", str(key), "-out", str(request), "-subj", "/CN=panel.example.com")
    openssl("x509", "-req", "-in", str(request), "-signkey", str(key), "-days", str(days), "-out", str(made))
    print_of = openssl("x509", "-noout", "-fingerprint", "-sha256", "-in", str(made)).strip().partition("=")[2]
    return made, key, print_of


class Panel:
    """`tests/lab/panel.cpp`; it takes orders, one a line."""

    def __init__(self, *words, tls=None, users=("alice", "bob")):
        made, key = tls[:2] if tls else ("-", "-")
        self.program = subprocess.Popen(
            [BINARIES / "lab_panel", *words, "127.0.0.1:0", made, key, "0", *users],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = ""
        while (line := self.program.stdout.readline().strip()) != "ready":
            if not line:
                raise RuntimeError("the panel did not start")
            if line.startswith("listening "):
                self.url = line.removeprefix("listening ")

    def order(self, line):
        self.program.stdin.write(line + "\n")
        self.program.stdin.flush()
        while not (answer := self.program.stdout.readline().strip()).startswith("done "):
            if not answer:
                raise RuntimeError(line)

    def end(self):
        self.program.kill()
        self.program.communicate()


class Core:
    def __init__(self, release="26.4"):
        self.program = subprocess.Popen([BINARIES / "setup_core", release], stdout=subprocess.PIPE, text=True)
        self.api = self.program.stdout.readline().strip().partition("http://")[2]

    def end(self):
        self.program.kill()
        self.program.communicate()


class World:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fairgate-setup-"))
        self.file = self.folder / "etc" / "fairgate.toml"
        self.machine = self.folder / "machine"  # what detection looks at
        self.machine.mkdir()
        self.running = []

    def panel(self, *words, **options):
        self.running.append(Panel(*words, **options))
        return self.running[-1]

    def core(self, *words):
        self.running.append(Core(*words))
        return self.running[-1]

    def certificate(self, days=30):
        return certificate(self.folder, days)

    def command(self, *words):
        return [str(BINARIES / "fairgate"), "setup", "--config", str(self.file), "--root", str(self.machine),
                "--timeout", "2s", *map(str, words)]

    def person(self, *words, environment=None):
        self.running.append(Person(self.command(*words), environment or SESSION))
        return self.running[-1]

    def run(self, *words, environment=None):
        return subprocess.run(self.command(*words), env={"PATH": os.environ["PATH"], **(environment or {})},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    def check(self):
        return subprocess.run([BINARIES / "fairgate", "config", "check", str(self.file)],
                              capture_output=True, text=True, timeout=20)

    def log(self, minutes=10):
        """An access log of the last minutes: ann in one place, eve in two all the time."""
        path = self.folder / "access.log"
        now = datetime.datetime.now(datetime.timezone.utc)
        with path.open("w") as file:
            for back in range(minutes * 60, 0, -5):
                stamp = (now - datetime.timedelta(seconds=back)).strftime("%Y/%m/%d %H:%M:%S")
                for address, name in (("198.51.100.24", "ann"), ("198.51.100.33", "eve"), ("203.0.113.40", "eve")):
                    file.write(f"{stamp} from {address}:4711 accepted tcp:example.com:443 [in -> out] email: {name}\n")
        return path

    def end(self):
        for program in self.running:
            program.end()
        shutil.rmtree(self.folder)


class Person:
    """Reads what the wizard asks and answers it, at a terminal of 100 columns."""

    def __init__(self, words, environment):
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.execve(words[0], words, {"TERM": "xterm", "NO_COLOR": "1", "PATH": os.environ["PATH"], **environment})
        self.text, self.read_to, self.status = "", 0, None

    def echoes(self):
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def _more(self, seconds):
        if select.select([self.terminal], [], [], seconds)[0]:
            try:
                piece = os.read(self.terminal, 65536)
            except OSError:  # the other side has closed
                piece = b""
            self.text += piece.decode("utf-8", "replace").replace("\r", "")
            return bool(piece)
        return True

    def asked(self, pattern, seconds=20):
        """Waits for that question, and gives what was written since the last one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            last = self.text[self.read_to:].rpartition("\n")[2]
            if re.search(pattern + ".*: $", last):
                said, self.read_to = self.text[self.read_to:], len(self.text)
                return said
            if not self._more(0.2):
                break
        raise AssertionError(f"was not asked {pattern!r}:\n{self.text[-3000:]}")

    def type(self, text):
        os.write(self.terminal, text.encode() + b"\r")

    def answer(self, pattern, text):
        said = self.asked(pattern)
        self.type(text)
        return said

    def answers(self, *pairs):
        return "".join(self.answer(pattern, text) for pattern, text in pairs)

    def finish(self, seconds=20):
        """Reads to the end; gives the exit code, negative for a signal."""
        deadline = time.monotonic() + seconds
        while self._more(0.2) and time.monotonic() < deadline:
            pass
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        return self.status

    def kill(self, number=signal.SIGKILL):
        os.kill(self.child, number)

    def end(self):
        if self.status is None:
            self.kill()
            self.finish()
        os.close(self.terminal)

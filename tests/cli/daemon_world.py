"""A panel (the simulator), an access log that grows and a real daemon, in a folder of their own."""
import datetime
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

BINARIES = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/bin")
HOMES = ("198.51.100.24", "203.0.113.40")
ACCOUNTS = ("eve", "ann", "bob", "dan")  # eve and bob share with somebody else

CONFIG = """
[limits]
general = 1

[limits.accounts]
dan = 3

[counting]
window = "1m"
sustain = "20s"

[mode]
global = "enforce"

[ladder]
steps = ["1h"]

[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"
listen = "127.0.0.1:{port}"
token_file = "{folder}/tokens"

[[source]]
name = "node1"
path = "{folder}/access.log"
node = "berlin"
zone = "+00:00"
start = "beginning"
names = "pasarguard"

[[backend]]
name = "main"
type = "pasarguard"
url = "https://127.0.0.1:{panel}"
username = "fairgate"
password_file = "{folder}/password"
pinned_sha256 = "{pin}"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=25):
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.1)


class Log:
    """The access log of a node, with somebody in it every second; it is there once the node begins to serve."""

    def __init__(self, path, emails):
        self.path, self.emails = path, emails
        self.who = {"eve": HOMES, "bob": HOMES, "ann": HOMES[:1], "dan": HOMES[:1]}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def begin(self):
        with self.path.open("w") as file:  # what happened in the last minute and a half
            now = datetime.datetime.now(datetime.timezone.utc)
            for back in range(90, 0, -2):
                self._write(file, now - datetime.timedelta(seconds=back))
        self._thread.start()

    def _write(self, file, time_of_line):
        stamp = time_of_line.strftime("%Y/%m/%d %H:%M:%S.%f")
        for name, addresses in self.who.items():
            for number, address in enumerate(addresses):
                file.write(f"{stamp} from {address}:{40000 + number} accepted tcp:example.com:443 "
                           f"[in -> direct] email: {self.emails[name]}\n")
        file.write(f"{stamp} from 127.0.0.1:7 accepted tcp:example.com:443 [in -> direct] email: {self.emails['ann']}\n")
        file.write(f"not a line of an access log \x1b[31m\n")

    def _go_on(self):
        while not self._ended.wait(1):
            with self.path.open("a") as file:
                self._write(file, datetime.datetime.now(datetime.timezone.utc))

    def end(self):
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()


class World:
    """A panel, a log and a daemon in a folder of their own."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fairgate-cli-"))
        self.port, self.panel_port = free_port(), free_port()
        self.programs, self.log = [], None
        try:
            self._come_up()
        except BaseException:
            self.end()
            raise

    def _come_up(self):
        pin = self._certificate()
        self.panel_output = self.folder / "panel.log"
        panel = self.start("panel.log", BINARIES / "lab_panel", f"127.0.0.1:{self.panel_port}",
                           self.folder / "panel.pem", self.folder / "panel.key", "0", *ACCOUNTS)
        wait_for("the panel", lambda: "ready" in self.panel_output.read_text() or panel.poll() is not None)
        words = [line.split() for line in self.panel_output.read_text().splitlines()]
        self.log = Log(self.folder / "access.log", {line[1]: line[2] for line in words if line[0] == "account"})
        (self.folder / "state").mkdir()
        for name, text in {"password": "lab-password", "tokens": self._tokens(), "reader": self.reader,
                           "fairgate.toml": CONFIG.format(folder=self.folder, port=self.port, pin=pin,
                                                          panel=self.panel_port)}.items():
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o600)
        self.daemon = self.start("daemon.log", BINARIES / "fairgate", "daemon", "--config", self.folder / "fairgate.toml")
        wait_for("the daemon", self._answers)

    def _answers(self):
        if self.daemon.poll() is not None:
            raise AssertionError((self.folder / "daemon.log").read_text())
        return self.ask("status").returncode == 0

    def _certificate(self):
        key, pem = str(self.folder / "panel.key"), str(self.folder / "panel.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-keyout", key, "-out", pem, "-subj", "/CN=panel",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        shown = subprocess.run(["openssl", "x509", "-in", pem, "-noout", "-fingerprint", "-sha256"], check=True,
                               capture_output=True, text=True).stdout
        return shown.partition("=")[2].strip().replace(":", "").lower()

    def _tokens(self):
        self.reader, self.writer = "fg_reader_" + "ab" * 32, "fg_writer_" + "cd" * 32
        return f"{self.reader} read\n{self.writer} write\n"

    def start(self, output, *words):
        with (self.folder / output).open("w") as file:
            program = subprocess.Popen([str(word) for word in words], stdout=file, stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, env=self.environment())
        self.programs.append(program)
        return program

    @staticmethod
    def environment(**more):
        return {name: value for name, value in os.environ.items() if not name.startswith("FAIRGATE_")} | more

    def ask(self, *words, given=""):
        return subprocess.run([BINARIES / "fairgate", *words, "--socket", str(self.folder / "api.sock")], text=True,
                              capture_output=True, timeout=30, check=False, input=given, env=self.environment())

    def data(self, *words, code=0):
        ran = self.ask(*words, "--json")
        assert ran.returncode == code, f"{words}: {ran.returncode} {ran.stdout}{ran.stderr}"
        answer = json.loads(ran.stdout)
        assert answer["schema"].startswith("fairgate."), answer
        return answer["data"]

    def status_at_panel(self, name):
        """As the panel's own record of its calls tells it."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.panel_port, timeout=10, context=unverified())
        try:
            connection.request("POST", "/api/admin/token", "username=fairgate&password=lab-password",
                               {"Content-Type": "application/x-www-form-urlencoded"})
            token = json.loads(connection.getresponse().read())["access_token"]
            connection.request("GET", f"/api/user/{name}", headers={"Authorization": f"Bearer {token}"})
            return json.loads(connection.getresponse().read())["status"]
        finally:
            connection.close()

    def http(self, method, target, token=None, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            if token:
                headers["Authorization"] = f"Bearer {token}"
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, "/api/v1" + target, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, dict(answer.getheaders()), json.loads(text) if text else None
        finally:
            connection.close()

    def end(self):
        if self.log:
            self.log.end()
        for program in reversed(self.programs):
            program.terminate()
            try:
                program.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        shutil.rmtree(self.folder)


def unverified():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context

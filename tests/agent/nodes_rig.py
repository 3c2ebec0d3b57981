"""A hub and agents of this build on loopback, each agent with its own log, and a door between that can be shut."""
import datetime
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "faults"))
from rig import BINARIES, Program, wait_for  # noqa: E402

HUB = """
[limits]
general = 1
[daemon]
state_dir = "{folder}/hub"
socket = "{folder}/api.sock"
[agents]
listen = "127.0.0.1:{port}"
"""
NODE = """
[agent]
state_dir = "{folder}/{name}"
[[source]]
name = "log"
path = "{folder}/{name}.log"
zone = "UTC"
start = "beginning"
"""


class Door:
    """Passes connections on to `port`, until it is shut."""

    def __init__(self, port):
        self.target, self.open, self.pairs = port, True, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if not self.open:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self.pairs.append((client, server))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=pair, daemon=True).start()

    @staticmethod
    def _pass(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def shut(self):
        self.open = False
        for pair in self.pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs = []


def line(name, address, at):
    return (f"{at:%Y/%m/%d %H:%M:%S.%f} from {address}:40000 accepted tcp:example.com:443 "
            f"[in -> direct] email: {name}\n")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class NodesRig:
    def __init__(self):
        self.agents, self.hub = {}, None
        self.of_nodes = ""  # more of each agent.toml
        self.of_hub = ""  # more of fairgate.toml

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fgnodes"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        return self

    def __exit__(self, kind, *_):
        programs = [self.hub, *self.agents.values()]
        if kind is not None:
            for program in programs:
                print("---", program.text()[-2500:] if program else "")
        for program in programs:
            if program is not None:
                program.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _environment():
        return {k: v for k, v in os.environ.items() if not k.startswith("FAIRGATE_")}

    def start_hub(self):
        (self.folder / "hub.toml").write_text(HUB.format(folder=self.folder, port=self.port) + self.of_hub)
        self.hub = Program([BINARIES / "fairgate", "daemon", "--config", self.folder / "hub.toml"], self._environment())
        self.hub.line("fairgate: running")

    def run(self, *words):
        command = [str(BINARIES / "fairgate"), *map(str, words)]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False,
                              env=self._environment())

    def ask(self, *words):
        done = self.run(*words, "--socket", self.folder / "api.sock", "--json")
        if not done.stdout.strip():
            raise AssertionError(f"{words}: exit {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)["data"]

    def node(self, name):
        return self.ask("node", "show", name)

    def token(self, name, port=None):
        return self.ask("node", "join", name, "--address", f"127.0.0.1:{port or self.port}")["token"]

    def join(self, name, token):
        (self.folder / f"{name}.toml").write_text(NODE.format(folder=self.folder, name=name) + self.of_nodes)
        (self.folder / f"{name}.log").touch()
        return self.run("agent", "join", token, "--config", self.folder / f"{name}.toml")

    def start_agent(self, name):
        self.agents[name] = Program([BINARIES / "fairgate", "agent", "--config", self.folder / f"{name}.toml"],
                                    self._environment())

    def add_node(self, name, port=None):
        done = self.join(name, self.token(name, port))
        assert done.returncode == 0, done.stderr
        self.start_agent(name)

    def wait_for_state(self, name, state, seconds=20):
        wait_for(f"{name} to be {state}", lambda: self.node(name)["state"] == state, seconds, 0.3)

    def seen(self, node, account, address, seconds=180, every=5):
        """The last minutes of one account in the node's log."""
        with open(self.folder / f"{node}.log", "a", encoding="ascii") as log:
            for ago in range(seconds, 0, -every):
                log.write(line(account, address, now() - datetime.timedelta(seconds=ago)))

    def account(self, name):
        try:
            found = self.ask("account", "show", name)
        except AssertionError:
            return {}
        return found

    # ---- somebody who speaks for himself ---------------------------------------------------------

    def connection(self, identity=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if identity is not None:
            file = self.folder / "shown.pem"
            file.write_text(identity["certificate"] + identity["key"])
            context.load_cert_chain(str(file))
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=10))

    def identity(self, name):
        return json.loads((self.folder / name / "node.json").read_text())


def varint(number):
    out = b""
    while number >= 128:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def number(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def frame(field, body):
    message = text(field, body)
    return len(message).to_bytes(4, "big") + message


def hello(newest=1, oldest=1, run=7):
    return frame(4, number(1, oldest) + number(2, newest) + text(3, b"test") + b"\x21" + run.to_bytes(8, "little"))


def read_frame(connection):
    """The field of the next message and its bytes; nothing at the end."""
    def exactly(size):
        data = b""
        while len(data) < size:
            part = connection.recv(size - len(data))
            if not part:
                return None
            data += part
        return data
    try:
        size = exactly(4)
        message = exactly(int.from_bytes(size, "big")) if size else None
    except (OSError, ssl.SSLError):
        return None
    return (message[0] >> 3, message) if message else None


def answer_ping(connection, found):
    """Whether it was one."""
    field, message = found
    if field == 6:
        stamp = message[2:]
        connection.sendall(frame(7, stamp + stamp.replace(b"\x08", b"\x10", 1) + stamp.replace(b"\x08", b"\x18", 1)))
    return field == 6


def refusal(connection):
    """The code that the hub ends the connection with; pings before it are answered."""
    while found := read_frame(connection):
        field, message = found
        answer_ping(connection, found)
        if field == 3:
            at = message.find(b"FG-")
            return message[at:at + 10].decode()
    return ""


def end(program, how=signal.SIGKILL):
    program.end(how)

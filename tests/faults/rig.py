"""A daemon of this build with a simulated panel and a log, all in one folder, on loopback, for tests that break things.

    with Rig() as rig:
        rig.start()
        rig.block("ali", "8s")
        rig.panel.wait_for("ali", "disabled")

Everything ends with the test; only processes that were started here are ended.
"""
import contextlib
import ctypes
import datetime
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

BINARIES = pathlib.Path(os.environ.get("FAIRGATE_BIN") or pathlib.Path(__file__).parents[2] / "build/dev/bin")
SKIPPED = 77  # ctest's SKIP_RETURN_CODE
PASSWORD = "lab-password"  # of lab_panel
PR_SET_PDEATHSIG = 1

CONFIG = """
[limits]
general = 1
[mode]
global = "{mode}"
[ladder]
steps = ["{block}"]
[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"
{source}
[[backend]]
name = "main"
type = "{product}"
url = "{url}"
username = "fairgate"
password_file = "{folder}/password"
"""

FILE_SOURCE = """
[[source]]
name = "log"
path = "{folder}/access.log"
backend = "main"
names = "pasarguard"
zone = "UTC"
start = "beginning"
"""


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def wait_for(what, probe, seconds=20, every=0.1):
    """What the probe gives, as soon as that is true."""
    end = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(every)


def in_own_mounts(seconds=120):
    """Runs this script again where it may mount; as root or as a user of its own namespace."""
    if os.environ.get("FAIRGATE_OWN_MOUNTS"):
        return
    flags = ["-m"] if os.geteuid() == 0 else ["-rm"]
    if shutil.which("unshare") is None or subprocess.run(["unshare", *flags, "true"], capture_output=True).returncode:
        skip("cannot make a mount namespace here")
    environment = os.environ | {"FAIRGATE_OWN_MOUNTS": "1"}
    sys.exit(subprocess.run(["unshare", *flags, sys.executable, *sys.argv], env=environment, timeout=seconds).returncode)


def mount_small_disk(folder, kilobytes):
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0700", "none", str(folder)],
                          capture_output=True, text=True)
    if done.returncode:
        skip(f"cannot mount: {done.stderr.strip()}")


class Program:
    """A process whose output is kept; it dies with this one."""

    def __init__(self, command, env=None):
        libc = ctypes.CDLL(None)
        self.lines, self._changed = [], threading.Condition()
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", env=env, preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()

    def alive(self):
        return self.process.poll() is None

    def text(self):
        return "\n".join(self.lines)

    def line(self, start, after=0, seconds=20):
        """The first line behind `after` that starts so."""
        end = time.monotonic() + seconds
        with self._changed:
            while True:
                for line in self.lines[after:]:
                    if line.startswith(start):
                        return line
                if time.monotonic() > end:
                    raise AssertionError(f"no line {start!r} in {seconds} s of: {self.text()[-2000:]}")
                self._changed.wait(0.2)

    def end(self, how=signal.SIGKILL, seconds=20):
        if self.alive():
            self.process.send_signal(how)
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()
        return code


class Panel(Program):
    """lab_panel, told what to do on its input."""

    def __init__(self, names, *options):
        self._telling = threading.Lock()
        super().__init__([BINARIES / "lab_panel", *options, "127.0.0.1:0", "-", "-", 0, *names])
        self.url = self.line("listening ").split()[1]
        self.line("ready")
        self.emails = {words[1]: words[2] for words in map(str.split, self.lines) if words[0] == "account"}

    def tell(self, order, answer=None):
        with self._telling:
            seen = len(self.lines)
            self.process.stdin.write(order + "\n")
            self.process.stdin.flush()
            return self.line(answer or f"done {order}", after=seen)

    def status(self, name):
        return self.tell(f"show {name}", f"user {name} ").split()[3]

    def wait_for(self, name, status, seconds=20):
        wait_for(f"{name} to be {status} at the panel", lambda: self.status(name) == status, seconds)
        return time.monotonic()

    def orders(self, name):
        """The calls that changed this account."""
        number = self.emails[name].split(".")[0]
        wanted = (f"/{number}", f"/{number}/", f"[{number}]", f"/{name}/", f"/{name}{{")
        return [line for line in self.lines if line.startswith(("PUT ", "POST ")) and "/token" not in line
                and any(part in line.replace(" ", "") for part in wanted)]


class Rig:
    def __init__(self, names=("ali", "sara"), mode="shadow", block="20s", more="", clock=None, panel=()):
        """`panel`: options of lab_panel. A log that it streams is then the source, else a file is."""
        self.panel_options = panel
        self.names, self.mode, self.block_length, self.more, self.clock = names, mode, block, more, clock
        self.daemon, self.starts, self.environment = None, 0, {}

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fgfault"))
        self.state = self.folder / "state"
        self.log = self.folder / "access.log"
        self.log.touch()
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o600)
        self.panel = Panel(self.names, *self.panel_options)
        self.write_config()
        return self

    def __exit__(self, kind, *_):
        if kind is not None and kind is not SystemExit:
            self.show()
        for program in (self.daemon, self.panel):
            if program is not None:
                program.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def show(self):
        print("--- daemon", self.daemon.text()[-3000:] if self.daemon else "", sep="\n")
        print("--- panel", self.panel.text()[-3000:], "--- journal", *self.steps(), sep="\n")

    # ---- the daemon ---------------------------------------------------------------------------

    def write_config(self, more=""):
        product = "marzban" if "--marzban" in self.panel_options else "pasarguard"
        source = "" if self.panel_options else FILE_SOURCE.format(folder=self.folder)
        text = CONFIG.format(mode=self.mode, block=self.block_length, folder=self.folder, url=self.panel.url,
                             product=product, source=source)
        (self.folder / "fairgate.toml").write_text(text + self.more + more)

    def launch(self):
        """A daemon that may not come up."""
        self.starts += 1
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FAIRGATE_")}
        environment |= self.environment
        if self.clock is not None:
            environment |= {"LD_PRELOAD": str(self.clock.library), "FAIRGATE_TEST_CLOCK": str(self.clock.file)}
        return Program([BINARIES / "fairgate", "daemon", "--config", self.folder / "fairgate.toml"], environment)

    def start(self, seconds=20):
        self.daemon = self.launch()
        wait_for("the daemon to answer", self._answers, seconds)
        return self.daemon

    def kill(self):
        self.daemon.end(signal.SIGKILL)

    def stop(self):
        return self.daemon.end(signal.SIGTERM)

    def _answers(self):
        if not self.daemon.alive():
            raise AssertionError(f"the daemon ended: {self.daemon.text()[-2000:]}")
        return "fairgate: running" in self.daemon.text()

    def run(self, *words, seconds=30):
        """The command line as an operator has it: exit code, output and errors."""
        command = [BINARIES / "fairgate", *map(str, words), "--socket", self.folder / "api.sock"]
        return subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=seconds, check=False)

    def ask(self, *words):
        done = self.run(*words, "--json")
        if not done.stdout.strip():
            raise AssertionError(f"{words}: exit {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)["data"]

    def block(self, name, length, codes=(0,)):
        done = self.run("decision", "add", name, "--for", length, "--reason", "test", "--yes")
        if done.returncode not in codes:
            raise AssertionError(f"exit {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def wait_until_synced(self, seconds=20):
        wait_for("the panel's accounts", lambda: self.ask("status")["backends"][0]["state"] == "ready", seconds, 0.2)

    # ---- the journal --------------------------------------------------------------------------

    def rows(self, sql):
        with contextlib.suppress(sqlite3.Error):
            database = sqlite3.connect(f"file:{self.state}/fairgate.db?mode=ro", uri=True, timeout=2)
            with contextlib.closing(database):
                return database.execute(sql).fetchall()
        return []

    def steps(self):
        return self.rows("SELECT measure, state, what, time / 1000000 FROM measure_step ORDER BY id")

    def states(self):
        return [row[0] for row in self.rows("SELECT state FROM measure ORDER BY id")]

    def wait_for_states(self, *states, seconds=30):
        wait_for(f"measures to be {states}", lambda: tuple(self.states()) == states, seconds)

    # ---- the log ------------------------------------------------------------------------------

    def line(self, name, address, at=None):
        at = at or datetime.datetime.now(datetime.timezone.utc)
        return (f"{at:%Y/%m/%d %H:%M:%S.%f} from {address}:40000 accepted tcp:example.com:443 "
                f"[in -> direct] email: {self.panel.emails[name]}\n")

    def share(self, name, minutes=3):
        """The log of two homes on one account during the last minutes."""
        with open(self.log, "a", encoding="ascii") as log:
            log.write("".join(self.shared_lines(name, minutes)))

    def shared_lines(self, name, minutes=3):
        now = datetime.datetime.now(datetime.timezone.utc)
        times = [now - datetime.timedelta(seconds=s) for s in range(minutes * 60, 0, -5)]
        return [self.line(name, address, at) for at in times for address in ("203.0.113.10", "198.51.100.20")]

    def stream(self, node, lines):
        """Through the panel's log of that node."""
        for line in lines:
            self.panel.tell(f"log {node} {line.strip()}")

    @contextlib.contextmanager
    def streaming(self, name, *nodes):
        """Meanwhile that account is seen on those nodes all the time; their clocks are known when it begins."""
        over = threading.Event()

        def write():
            while not over.wait(0.4):
                for node in nodes:
                    self.stream(node, [self.line(name, "203.0.113.7")])

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        try:
            wait_for("the nodes' clocks", lambda: self._clocks() >= set(nodes), 40, 0.5)
            yield
        finally:
            over.set()
            writer.join(20)

    def _clocks(self):
        return {each["node"] for each in self.ask("source", "list") if each["clock_offset_ms"] is not None}

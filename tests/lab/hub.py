"""A panel and a fairgate daemon that reads the lab's access log and acts at that panel."""
import contextlib
import json
import sqlite3
import sys
import time

from lab import BINARIES, fairgate, wait_for
from proxy import SERVER_V4, ProxyLab

PANEL, HUB = "192.0.2.20", "192.0.2.10"
FOUND_WITHIN = 120  # seconds; the promise: two minutes from the first moment both homes are there
PASSWORD = "lab-password"  # of the simulated panel; the same in lab_panel

CONFIG = """
[limits]
general = 1

[mode]
global = "enforce"

[ladder]
steps = ["{block}s"]

[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"

[[source]]
name = "lab"
path = "{log}"
backend = "main"
names = "pasarguard"

[[backend]]
name = "main"
type = "pasarguard"
url = "https://{panel}:8443"
username = "fairgate"
password_file = "{folder}/password"
pinned_sha256 = "{pin}"
"""


class EnforcingLab(ProxyLab):
    """Accounts of a simulated panel on a real proxy, watched by a real daemon in enforce mode."""
    CONFIG = CONFIG
    DAEMON_ON = HUB  # the address of its machine

    def __init__(self, names, block_seconds, slow_ms=0):
        super().__init__([])
        self.names, self.block_seconds, self.slow_ms = names, block_seconds, slow_ms
        self.daemon, self.starts, self.token = None, 0, None

    def __enter__(self):
        try:
            self._come_up()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def _come_up(self):
        pin = self._certificate()
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o600)
        (self.folder / "state").mkdir()
        self._start_lab()
        panel_host = self.host("panel", PANEL)
        self.hub = self.server if self.DAEMON_ON == SERVER_V4 else self.host("hub", self.DAEMON_ON)
        self.panel = self.start(panel_host, "panel", [
            BINARIES / "lab_panel", f"{PANEL}:8443", "panel.pem", "panel.key", self.slow_ms, *self.names])
        wait_for("the panel", lambda: "ready" in self.panel.text(), 20)
        words = (line.split() for line in self.panel.text().splitlines())
        self.emails = {line[1]: line[2] for line in words if line[0] == "account"}
        self.let_in(self.names)
        self.config = self.folder / "fairgate.toml"
        self.pin = pin
        self.write_config()
        self.start_daemon()

    def _certificate(self):
        self._command(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-keyout", str(self.folder / "panel.key"), "-out", str(self.folder / "panel.pem"),
            "-subj", "/CN=panel", "-addext", f"subjectAltName=IP:{PANEL}")
        shown = self._command("openssl", "x509", "-in", str(self.folder / "panel.pem"), "-noout", "-fingerprint", "-sha256")
        return shown.partition("=")[2].strip().replace(":", "").lower()

    def write_config(self, **more):
        self.config.write_text(self.CONFIG.format(
            block=self.block_seconds, folder=self.folder, log=self.access_log, panel=PANEL, pin=self.pin, **more))

    # ---- the daemon ---------------------------------------------------------------------------

    def start_daemon(self):
        self.starts += 1
        self.daemon = self.start(
            self.hub, f"daemon-{self.starts}", [BINARIES / "fairgate", "daemon", "--config", self.config])
        wait_for("the daemon to answer", self._answers, 20)

    def crash_and_restart(self):
        self.daemon.kill()
        self.start_daemon()

    def ask(self, *arguments):
        return fairgate(*arguments, "--socket", self.folder / "api.sock")["data"]

    def _answers(self):
        if not self.daemon.alive():
            raise AssertionError(f"the daemon ended: {self.daemon.text()[-2000:]}")
        with contextlib.suppress(Exception):
            return self.ask("status") is not None

    def steps(self):
        """What the journal says so far: (state, what, when) in order."""
        with contextlib.suppress(sqlite3.Error):
            database = sqlite3.connect(f"file:{self.folder}/state/fairgate.db?mode=ro", uri=True, timeout=1)
            with contextlib.closing(database):
                return database.execute("SELECT state, what, time / 1000000 FROM measure_step ORDER BY id").fetchall()
        return []

    def wait_for_state(self, state, seconds):
        """Waits until a measure is in that state, and gives the time it was seen."""
        wait_for(f"a measure to be {state}", lambda: any(step[0] == state for step in self.steps()), seconds, every=0.02)
        return time.monotonic()

    def _show_outputs(self):
        super()._show_outputs()
        print("--- journal", *self.steps(), "--- at the panel", *self.changes(self.names[0]), sep="\n")

    # ---- the panel ----------------------------------------------------------------------------

    def status_at_panel(self, name):
        """What the panel says of the account: active, disabled, …"""
        if self.token is None:
            self.token = self._at_panel("-d", f"username=fairgate&password={PASSWORD}", path="/api/admin/token")["access_token"]
        return self._at_panel("-H", f"Authorization: Bearer {self.token}", path=f"/api/user/{name}")["status"]

    def wait_for_status(self, name, status, seconds):
        wait_for(f"{name} to be {status}", lambda: self.status_at_panel(name) == status, seconds, every=0.3)
        return time.monotonic()

    def changes(self, name):
        """The calls that changed this account, in order."""
        return [line for line in self.panel.text().splitlines()
                if line.startswith(("PUT ", "POST ")) and "/token" not in line and self._concerns(line, name)]

    def _concerns(self, call, name):
        target, _, body = call.partition(" ")[2].partition(" ")
        return target.endswith((f"/{name}", f"/{self.emails[name]}")) or f"/{self.emails[name]}/" in target \
            or f"/{name}/" in target or f"[{self.emails[name]}]" in body.replace(" ", "")

    def _at_panel(self, *arguments, path):
        return json.loads(self.run(self.hub, ["curl", "-sS", "-m", "10", "-k", *arguments, f"https://{PANEL}:8443{path}"]))

    # ---- the node -----------------------------------------------------------------------------

    def let_in(self, names):
        """What the panel's node would do: only these accounts may connect from now on."""
        self.allow([self.emails[name] for name in names])

    # ---- the customers ------------------------------------------------------------------------

    def share(self, account):
        """Two homes use one account; the moment at which both did."""
        for name, protocol, address in (("home-a", "vmess", "203.0.113.10"), ("home-b", "trojan", "198.51.100.20")):
            self.browse(self.client(name, protocol, self.emails[account], address))
        self.wait_for_line("203.0.113.10:", seconds=20)
        self.wait_for_line("198.51.100.20:", seconds=20)
        return time.monotonic()

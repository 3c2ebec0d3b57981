#!/usr/bin/env python3
"""What an operator sees of a firewall that loses its rules: the list, the check, status and doctor, the repair, and
the release in time all the same."""
import json
import subprocess
import sys
import time
import unittest

from lab import BINARIES, Lab, fairgate, require, wait_for

OWN, SHARED = "203.0.113.99", "203.0.113.77"
SERVER = "192.0.2.1"
PORT = 4443
BLOCK = 90

CONFIG = """
[limits]
general = 5

[mode]
global = "enforce"

[firewall]
{firewall}

[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"

[[source]]
name = "lab"
path = "{folder}/access.log"
zone = "+00:00"
"""

# Takes connections, writes each into the log as a core would, and keeps them. The first word a client says is who
# it is.
SERVICE = """
import datetime, socket, sys, threading
log = open(sys.argv[1], "a", buffering=1)
def serve(connection, peer):
    name = connection.recv(100).decode().strip()
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y/%m/%d %H:%M:%S.%f")
    log.write(f"{now} from {peer[0]}:{peer[1]} accepted tcp:example.com:443 [in -> direct] email: {name}\\n")
    while connection.recv(100):
        connection.sendall(b"here\\n")
door = socket.create_server(("", int(sys.argv[2])))
while True:
    threading.Thread(target=serve, args=door.accept(), daemon=True).start()
"""

# Says who it is, then something every half second; connects again when it is cut.
CLIENT = """
import socket, sys, time
while True:
    try:
        with socket.create_connection((sys.argv[1], int(sys.argv[2])), 2) as link:
            link.settimeout(2)
            link.sendall(sys.argv[3].encode() + b"\\n")
            while True:
                time.sleep(0.5)
                link.sendall(b".")
                link.recv(100)
                print("here", flush=True)
    except OSError as why:
        print(why, flush=True)
        time.sleep(0.5)
"""


class FirewallLab(Lab):
    """A server that two people use, with a daemon beside it whose firewall is set as said."""

    def __init__(self, firewall='driver = "nftables"'):
        super().__init__()
        self.firewall = firewall

    def __enter__(self):
        super().__enter__()
        try:
            return self._come_up()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def _come_up(self):
        self.server = self.host("server", SERVER)
        self.own, self.home = self.host("own", OWN), self.host("home", SHARED)
        (self.folder / "state").mkdir()
        (self.folder / "access.log").touch()
        self.start(self.server, "service", [sys.executable, "-c", SERVICE, self.folder / "access.log", PORT])
        self.wait_for_port(self.server, PORT)
        self.start_daemon()
        for host, account in ((self.own, "alice"), (self.home, "bob")):
            self.start(host, account, [sys.executable, "-c", CLIENT, SERVER, PORT, account])
        wait_for("both to be seen", lambda: {row["account"] for row in self.ask("session", "list")} == {"alice", "bob"}, 20)
        return self

    def start_daemon(self):
        config = self.folder / "fairgate.toml"
        config.write_text(CONFIG.format(folder=self.folder, firewall=self.firewall))
        self.daemon = self.start(self.server, "daemon", [BINARIES / "fairgate", "daemon", "--config", config])
        wait_for("the daemon to answer", self._answers, 30)

    def _answers(self):
        try:
            return self.ask("status")
        except Exception:
            return None

    def ask(self, *arguments, codes=(0,)):
        return fairgate(*arguments, "--socket", self.folder / "api.sock", codes=codes).get("data")

    def code_of(self, *arguments):
        done = subprocess.run([BINARIES / "fairgate", *arguments, "--socket", self.folder / "api.sock"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        print(f"$ fairgate {' '.join(arguments)}\n{done.stdout}{done.stderr}", flush=True)
        return done.returncode, done.stdout

    def nft(self, *words, check=True):
        return self.run(self.server, ["nft", *words], check=check)

    def block_alice(self):
        self.ask("decision", "add", "alice", "--for", f"{BLOCK}s", "--yes")
        wait_for("it to be in force for sure", lambda: self.ask("enforcer", "list")[0]["holds"] == 1, 20)


class Blocks(unittest.TestCase):
    def test_what_is_looked_at_is_not_changed(self):
        with FirewallLab() as lab:
            self.assertEqual(lab.ask("block", "list"), [])
            self.assertTrue(lab.ask("block", "check")["clean"])
            lab.ask("doctor", codes=range(10))
            lab.ask("enforcer", "list")
            lab.ask("why", OWN)
            self.assertNotIn("fairgate", lab.nft("list", "tables"))
            tested = lab.ask("enforcer", "test", "firewall:nftables")["checks"]
            self.assertEqual([step["state"] for step in tested], ["ok"] * 4, tested)
            self.assertEqual(lab.ask("block", "list"), [])

    def see_the_loss(self, lab):
        code, text = lab.code_of("block", "check")
        self.assertEqual(code, 9)
        self.assertIn("1 missing", text)
        code, text = lab.code_of("status")
        self.assertIn("FG-ENF-025", text)
        self.assertIn("doctor --fix", text)
        code, text = lab.code_of("doctor")
        self.assertEqual(code, 9)
        self.assertIn("FG-ENF-025", json.dumps(lab.ask("doctor", codes=(9,))))
        planned = lab.ask("doctor", "--fix", "--dry-run", codes=(9,))
        self.assertEqual([(m["what"], m["state"]) for m in planned["mended"]],
                         [(f"refuse {OWN} to tcp/{PORT} again, of alice", "planned")])
        self.assertEqual(lab.code_of("block", "check")[0], 9)

    def test_a_flushed_firewall_is_seen_mended_and_released_in_time(self):
        with FirewallLab() as lab:
            lab.block_alice()
            began = time.monotonic()
            row, = lab.ask("block", "list")
            self.assertEqual((row["address"], row["local_port"], row["accounts"]), (OWN, PORT, ["alice"]))
            self.assertEqual(row["enforcer"], "firewall:nftables")
            self.assertTrue(row["until"].endswith("Z") and row["measures"] and row["decisions"], row)
            self.assertEqual(lab.ask("block", "list", "--account", "bob"), [])
            why = lab.ask("why", OWN)
            self.assertEqual(why["refused"][0]["decisions"], row["decisions"])
            self.assertIn("bob", [r["account"] for r in lab.ask("why", SHARED)["sessions"]])
            self.assertTrue(any("never be blocked" in note for note in lab.ask("why", SERVER)["notes"]))
            enforcer, = lab.ask("enforcer", "list")
            self.assertEqual((enforcer["holds"], enforcer["cuts"], enforcer["ends_by_itself"]), (1, True, True))

            for attempt in range(3):  # the measure looks itself twice a minute, and may be quicker
                lab.nft("flush", "table", "inet", "fairgate")
                try:
                    self.see_the_loss(lab)
                    break
                except AssertionError:
                    if attempt == 2:
                        raise
            lab.code_of("doctor", "--fix")
            self.assertTrue(lab.ask("block", "check")["clean"])
            self.assertEqual(lab.ask("doctor", "--fix", codes=range(10))["mended"], [])
            self.assertEqual(lab.code_of("block", "check")[0], 0)
            self.assertIn(OWN, lab.nft("list", "table", "inet", "fairgate"))
            history = json.dumps(lab.ask("decision", "show", row["decisions"][0]))
            self.assertIn("no longer in nftables", history)

            lab.nft("add", "element", "inet", "fairgate", "address4", "{ 198.51.100.66 }")
            check = lab.ask("block", "check", codes=(9,))
            self.assertEqual([stray["refused"] for stray in check["strays"]], ["198.51.100.66"])
            fixed = lab.ask("doctor", "--fix", codes=range(10))["mended"]
            self.assertEqual([m["state"] for m in fixed], ["mended"], fixed)
            self.assertEqual(lab.code_of("block", "check")[0], 0)

            wait_for("nothing to be refused", lambda: not lab.ask("block", "list"), BLOCK + 20)
            self.assertGreater(time.monotonic() - began, BLOCK - 15)
            wait_for("alice to be let in again", lambda: any(
                r["account"] == "alice" for r in lab.ask("session", "list")), 20)
            self.assertTrue(lab.ask("block", "check")["clean"])

    def test_without_an_operator_status_says_it_and_the_measure_mends_it(self):
        with FirewallLab() as lab:
            lab.block_alice()
            for _ in range(2):
                lab.nft("flush", "ruleset")
                flushed = time.monotonic()
                wait_for("status to say it, or nothing to say", lambda: "FG-ENF-025" in json.dumps(
                    lab.ask("status")) or OWN in lab.nft("list", "ruleset"), 12)
                wait_for("it to be put back", lambda: OWN in lab.nft("list", "ruleset"), 40)
                print(f"put back after {time.monotonic() - flushed:.1f} s", flush=True)
                wait_for("status to be content", lambda: "FG-ENF-025" not in json.dumps(lab.ask("status")), 15)
            seen = [event["what"] for measure in lab.ask("decision", "show", "dec_1")["measures"]
                    for event in measure["history"]]
            self.assertEqual(sum("no longer in nftables" in what for what in seen), 2, seen)


if __name__ == "__main__":
    require("nft", "ss")
    unittest.main()

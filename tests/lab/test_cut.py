#!/usr/bin/env python3
"""A block cuts one account's live connections on a real core, whatever carries them, and keeps it out; the
neighbour behind the same address keeps a download of a gigabyte, to the last byte."""
import hashlib
import json
import sys
import time
import unittest

from lab import BINARIES, fairgate, require, wait_for
from proxy import PORTS, SERVER_V4, SERVER_V6, WEB_V4, ProxyLab, client_config, server_config

HOME = ["203.0.113.77", "2001:db8:77::77"]  # both people's: one router, one line
API, WS, KCP = 10085, 10004, 10005
SIZE = 1 << 30
BLOCK = 20
STOPS_WITHIN = 1.0  # seconds from the deny being in place

CONFIG = """
[limits]
general = 5

[mode]
global = "enforce"

[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"

[[source]]
name = "lab"
path = "{log}"
zone = "local"
{more}
"""
CORE = """
[[backend]]
name = "core"
type = "xray"
api = "127.0.0.1:{api}"
config = "{folder}/server.json"
"""
FIREWALL = """
[firewall]
driver = "nftables"
"""


# Two megabytes a second, so that no buffer on the way fills: what is cut stops at once.
STEADY = """
import http.server, time
class Steady(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 40_000)
            time.sleep(0.02)
http.server.ThreadingHTTPServer(("", 81), Steady).serve_forever()
"""


def big_file(path):
    """A gigabyte in which no two blocks are the same; its digest."""
    digest = hashlib.sha256()
    block = bytes(range(256)) * 4096
    with path.open("wb") as out:
        for number in range(SIZE // len(block)):
            part = number.to_bytes(8, "big") + block[8:]
            digest.update(part)
            out.write(part)
    return digest.hexdigest()


class CutLab(ProxyLab):
    """A core with its API, a daemon beside it, and people behind one address."""
    CONFIG = CONFIG

    def __init__(self, acts_by, accounts=("alice", "bob")):
        super().__init__(list(accounts))
        self.acts_by = acts_by
        self.ports = iter(range(1081, 1200))

    def __enter__(self):
        super().__enter__()
        (self.folder / "state").mkdir()
        config = self.folder / "fairgate.toml"
        machine = self.machine()
        config.write_text(self.CONFIG.format(
            folder=self.folder, log=self.access_log, more=self.acts_by.format(folder=self.folder, api=API)))
        self.daemon = self.start(machine, "daemon", [BINARIES / "fairgate", "daemon", "--config", config])
        wait_for("the daemon to answer", self._answers, 30)
        self.home = self.host("home", *HOME)
        self.start(self.web, "steady", [sys.executable, "-c", STEADY])
        self.wait_for_port(self.web, 81)
        return self

    def machine(self):
        """Where the daemon runs."""
        return self.server

    def allow(self, accounts):
        config = server_config(self.access_log, accounts)
        ws = json.loads(json.dumps(config["inbounds"][1]))
        ws |= {"tag": "ws", "port": WS, "streamSettings": {"network": "ws", "wsSettings": {"path": "/x"}}}
        kcp = json.loads(json.dumps(config["inbounds"][0]))
        kcp |= {"tag": "kcp", "port": KCP, "streamSettings": {"network": "kcp"}}
        api = {"tag": "api-in", "listen": "127.0.0.1", "port": API, "protocol": "dokodemo-door",
               "settings": {"address": "127.0.0.1"}}
        config["inbounds"] += [ws, kcp, api]
        config |= {
            "stats": {}, "api": {"tag": "api", "services": ["HandlerService", "StatsService"]},
            "policy": {"levels": {"0": {"statsUserUplink": True, "statsUserDownlink": True}}},
            "routing": {"rules": [{"type": "field", "inboundTag": ["api-in"], "outboundTag": "api"}]}}
        self.proxy = self._v2ray(self.server, "server", config)
        for port in [*PORTS.values(), WS, API]:
            self.wait_for_port(self.server, port)

    def _answers(self):
        try:
            return self.ask("account", "list") if CORE in self.acts_by else self.ask("status")
        except Exception:
            return None

    def ask(self, *arguments):
        return fairgate(*arguments, "--socket", self.folder / "api.sock").get("data")

    def person(self, account, protocol, server=SERVER_V4, carrier=None, host=None):
        """A client, at home if nothing else is said; the port of its SOCKS proxy."""
        host = host or self.home
        config = client_config(protocol, account, server)
        outbound = config["outbounds"][0]
        if carrier == "mux":
            outbound["mux"] = {"enabled": True}
        if carrier == "ws":
            outbound["settings"]["vnext"][0]["port"] = WS
            outbound["streamSettings"] = {"network": "ws", "wsSettings": {"path": "/x"}}
        if carrier == "kcp":
            outbound["settings"]["vnext"][0]["port"] = KCP
            outbound["streamSettings"] = {"network": "kcp"}
        port = next(self.ports)
        config["inbounds"][0]["port"] = port
        self._v2ray(host, f"{account}-{port}", config)
        self.wait_for_port(host, port)
        return port

    def download(self, port, name, page, to="/dev/null", host=None):
        return self.start(host or self.home, name, [
            "curl", "-sSN", "-o", to, "--socks5-hostname", f"127.0.0.1:{port}", f"http://{WEB_V4}{page}"])

    def reaches(self, port, host=None):
        """Whether one page comes through."""
        got = self.run(host or self.home, [
            "curl", "-s", "-o", "/dev/null", "-m", "3", "-w", "%{size_download}", "--socks5-hostname",
            f"127.0.0.1:{port}", f"http://{WEB_V4}/page"], check=False)
        return got.strip() == "20000"

    def sessions(self, account):
        return [row for row in self.ask("session", "list") if row["account"] == account]


class ContainerLab(CutLab):
    """The core has a network of its own, as a container has; the daemon is beside it."""

    def machine(self):
        self.CONFIG = CONFIG.replace("{more}", f'namespace = "{self.server.namespace}"\n{{more}}')
        return self.host("machine", "192.0.2.9")


def last_growth(files, seconds):
    """When each file was last seen to grow, watched for so long."""
    sizes, grown = {}, {}
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        for name, path in files.items():
            if (size := path.stat().st_size) != sizes.get(name):
                sizes[name], grown[name] = size, now
        time.sleep(0.02)
    return grown


class Cut(unittest.TestCase):
    def test_a_block_cuts_one_account_and_leaves_its_neighbour_alone(self):
        with CutLab(CORE) as lab:
            digest = big_file(lab.folder / "www/big")
            ways = {
                "plain": lab.person("alice", "vless"),
                "mux": lab.person("alice", "vmess", carrier="mux"),
                "websocket": lab.person("alice", "vless", carrier="ws"),
                "trojan over IPv6": lab.person("alice", "trojan", SERVER_V6),
            }
            bobs = lab.person("bob", "vless")
            got = {way: lab.folder / f"alice-{port}.got" for way, port in ways.items()}
            for way, port in ways.items():
                lab.download(port, f"alice-{port}", ":81/", to=got[way])
            wait_for("alice's sessions to be known", lambda: len(lab.sessions("alice")) >= len(ways), 20)
            wait_for("all of them to move", lambda: all(r["down_rate"] > 1e5 for r in lab.sessions("alice")), 20)
            bob = lab.download(bobs, "bob", "/big", to=lab.folder / "bobs")
            wait_for("bob's download to run", lambda: lab.sessions("bob"), 10)

            ordered = time.monotonic()
            lab.ask("decision", "add", "alice", "--for", f"{BLOCK}s", "--yes")
            for way, stopped in last_growth(got, 4).items():
                print(f"{way}: the last byte {stopped - ordered:.2f} s after the order was given", flush=True)
                self.assertLess(stopped - ordered, STOPS_WITHIN + 0.5, way)  # the command takes some of it
            for way, port in ways.items():
                self.assertFalse(lab.reaches(port), way)
            self.assertEqual(lab.sessions("alice"), [])
            shown = json.dumps(lab.ask("why", "alice"))
            self.assertRegex(shown, r"cut \d+, left 0")

            bob.process.wait(120)
            self.assertEqual(bob.process.returncode, 0, bob.text())
            self.assertEqual(hashlib.sha256((lab.folder / "bobs").read_bytes()).hexdigest(), digest)
            wait_for("alice to be let in again", lambda: lab.reaches(ways["plain"]), BLOCK + 20)

    def test_without_panel_and_core_a_firewall_refuses_the_addresses_that_are_the_accounts_alone(self):
        with CutLab(FIREWALL) as lab:
            own = lab.host("own", "203.0.113.99")
            alices = lab.person("alice", "vless", host=own)
            bobs = lab.person("bob", "vless")
            shared = lab.person("alice", "trojan")
            for port, name, host in ((alices, "a", own), (bobs, "b", None), (shared, "c", None)):
                lab.download(port, name, ":81/", to=lab.folder / name, host=host)
            wait_for("the sessions to be known", lambda: len(lab.sessions("alice")) == 2 and lab.sessions("bob"), 20)
            lab.ask("decision", "add", "alice", "--for", f"{BLOCK}s", "--yes")
            wait_for("alice to be kept out", lambda: not lab.reaches(alices, own), 10)
            self.assertIn("203.0.113.99", lab.run(lab.server, ["nft", "list", "table", "inet", "fairgate"]))
            self.assertNotIn(HOME[0], lab.run(lab.server, ["nft", "list", "table", "inet", "fairgate"]))
            self.assertTrue(lab.reaches(bobs))
            doctor = json.dumps(fairgate("doctor", "--socket", lab.folder / "api.sock", codes=range(10)))
            self.assertIn("1 addresses are refused, 0 are missing, 0 are wanted by no measure", doctor)
            self.assertNotIn("FG-DMN-010", doctor)
            wait_for("alice to be let in again", lambda: lab.reaches(alices, own), BLOCK + 30)

    def test_connections_that_end_in_a_container_are_seen_and_cut_from_the_machine(self):
        with ContainerLab("") as lab:
            got = {name: lab.folder / name for name in ("alices", "bobs")}
            for name in got:
                lab.download(lab.person(name[:-1], "vless"), name, ":81/", to=got[name])
            wait_for("both to move", lambda: all(
                any(row["down_rate"] > 1e5 for row in lab.sessions(who)) for who in ("alice", "bob")), 20)
            lab.ask("session", "drop", "alice", "--yes")
            grown = last_growth(got, 3)
            self.assertGreater(grown["bobs"] - grown["alices"], 1.5, "hers stopped, his went on")


if __name__ == "__main__":
    require("v2ray", "curl", "ss", "nft")
    unittest.main()

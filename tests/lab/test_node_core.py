#!/usr/bin/env python3
"""A hub far away and a node with a real core: an account at two homes is found, denied in the node's own core and cut; its
neighbour behind the same address goes on. A core that is restarted lets nobody in again, and the account comes back in time
though the hub is dead."""
import json
import sys
import time
import unittest

from lab import BINARIES, LabError, fairgate, require, wait_for
from proxy import PORTS, WEB_V4, ProxyLab, client_config, server_config
from test_cut import STEADY
from test_online import XRAY

HUB, PORT, API = "192.0.2.10", 8470, 10085
SHARED, OTHER = "203.0.113.77", "198.51.100.77"
BLOCK = 30  # seconds
DAEMON = """
[limits]
general = 1
[counting]
sustain = "20s"
[mode]
global = "enforce"
[ladder]
steps = ["{block}s"]
[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"
[agents]
listen = "{hub}:{port}"
"""
AGENT = """
[agent]
state_dir = "{folder}/agent"
[[source]]
name = "access"
path = "{folder}/access.log"
zone = "{zone}"
[[backend]]
name = "core"
type = "xray"
api = "127.0.0.1:{api}"
{more}
"""


class NodeCoreLab(ProxyLab):
    """A core with its API and its log, an agent beside it, and a hub on another machine. No firewall anywhere."""

    def __init__(self):
        super().__init__(["1.alice", "2.bob"])
        self.ports = iter(range(1081, 1100))

    def __enter__(self):
        super().__enter__()
        (self.folder / "state").mkdir()
        self.start(self.web, "steady", [sys.executable, "-c", STEADY])
        self.wait_for_port(self.web, 81)
        self.hub = self.start(self.host("hub", HUB), "hub", [
            BINARIES / "fairgate", "daemon", "--config", self.write("hub", DAEMON)])
        wait_for("the hub to answer", lambda: self.ask("status"), 20)
        agent = [BINARIES / "fairgate", "agent"]
        config = ["--config", self.write("agent", AGENT)]
        token = self.ask("node", "join", "de-1", "--address", f"{HUB}:{PORT}")["token"]
        self.run(self.server, [*agent, "join", token, *config])
        self.start_agent = lambda name: self.start(self.server, name, [*agent, *config])
        self.agent = self.start_agent("agent")
        self.places = {name: self.host(name, address) for name, address in (("shared", SHARED), ("other", OTHER))}
        return self

    def write(self, name, config):
        path = self.folder / f"{name}.toml"
        path.write_text(config.format(
            folder=self.folder, hub=HUB, port=PORT, api=API, block=BLOCK, zone="local" if XRAY.exists() else "UTC",
            more="" if XRAY.exists() else f'config = "{self.folder}/server.json"'))
        return path

    def allow(self, accounts):
        """Starts the core, or starts it again, from its configuration, in which everybody is."""
        if self.proxy is not None:
            self.proxy.stop()
        config = server_config(self.access_log, accounts)
        config["inbounds"] = [inbound for inbound in config["inbounds"] if inbound["tag"] != "vmess"]
        config["inbounds"].append({
            "tag": "api-in", "listen": "127.0.0.1", "port": API, "protocol": "dokodemo-door",
            "settings": {"address": "127.0.0.1"}})
        config |= {
            "stats": {}, "api": {"tag": "api", "services": ["HandlerService", "StatsService"]},
            "policy": {"levels": {"0": {"statsUserUplink": True, "statsUserDownlink": True}}},
            "routing": {"rules": [{"type": "field", "inboundTag": ["api-in"], "outboundTag": "api"}]}}
        path = self.folder / "server.json"
        if not path.exists():
            path.write_text(json.dumps(config))
        command = [XRAY, "run", "-c", path] if XRAY.exists() else ["v2ray", "-config", path]
        self.proxy = self.start(self.server, f"core-{time.monotonic():.0f}", command)
        for port in [PORTS["vless"], PORTS["trojan"], API]:
            self.wait_for_port(self.server, port)

    def person(self, place, account, protocol):
        """Somebody at a place; what fetches through his client."""
        config = client_config(protocol, account, "192.0.2.1")
        port = config["inbounds"][0]["port"] = next(self.ports)
        self._v2ray(self.places[place], f"{account}-{port}", config)
        self.wait_for_port(self.places[place], port)
        return place, port

    def curl(self, way, *arguments):
        return ["curl", "-sS", *arguments, "--socks5-hostname", f"127.0.0.1:{way[1]}"]

    def download(self, way, to):
        return self.start(self.places[way[0]], to, [
            *self.curl(way, "-N", "-o", to), f"http://{WEB_V4}:81/"])

    def browse_through(self, way):
        return self.start(self.places[way[0]], f"browse-{way[1]}", [
            *self.curl(way, "-o", "/dev/null", "-m", "5", "-H", "Connection: close", "--rate", "60/m"),
            f"http://{WEB_V4}/page?[1-9999]"])

    def reaches(self, way):
        got = self.run(self.places[way[0]], [
            *self.curl(way, "-o", "/dev/null", "-m", "3", "-w", "%{size_download}"), f"http://{WEB_V4}/page"], check=False)
        return got.strip() == "20000"

    def size(self, name):
        path = self.folder / name
        return path.stat().st_size if path.exists() else 0

    def ask(self, *arguments):
        try:
            return fairgate(*arguments, "--socket", self.folder / "api.sock")["data"]
        except LabError:
            return {}

    def held(self):
        return (self.ask("node", "show", "de-1") or {}).get("held") or []


class NodeCore(unittest.TestCase):
    def said(self, what):
        print(f"{time.monotonic() - self.began:6.1f} s  {what}", flush=True)

    def test_an_account_is_denied_in_the_nodes_own_core_and_comes_back_though_the_hub_is_dead(self):
        self.began = time.monotonic()
        with NodeCoreLab() as self.lab:
            lab = self.lab
            wait_for("the core to be known", lambda: lab.ask("node", "show", "de-1").get("core"), 25, 0.5)
            self.alices = [lab.person("shared", "1.alice", "vless"), lab.person("other", "1.alice", "trojan")]
            self.bob = lab.person("shared", "2.bob", "vless")
            for number, way in enumerate(self.alices):
                lab.browse_through(way)
                lab.download(way, f"alice-{number}")
            transfer = lab.download(self.bob, "bob")
            self.said("everybody is there")
            self.she_is_found_and_denied()
            self.assertTrue(transfer.alive())
            self.a_restarted_core_lets_nobody_in()
            self.an_agent_that_was_killed_holds_on()
            self.she_comes_back_though_the_hub_is_dead()

    def she_is_found_and_denied(self):
        lab = self.lab
        [held] = wait_for("the node to hold it", lambda: [
            row for row in lab.held() if row["state"] == "active"], 75, 0.3)
        self.blocked_at = time.monotonic()
        self.said(f"held by {held['by']}: {held['text']}")
        self.assertEqual((held["account"], held["by"]), ("alice", "core"), held)
        self.assertRegex(held["text"], r"removed from trojan, vless.*cut \d+, left 0")
        sizes = [lab.size(name) for name in ("alice-0", "alice-1", "bob")]
        time.sleep(2)
        grown = [lab.size(name) - size for name, size in zip(("alice-0", "alice-1", "bob"), sizes)]
        self.assertEqual(grown[:2], [0, 0], "her downloads go on")
        self.assertGreater(grown[2], 100_000, "her neighbour's transfer stands still")
        self.assertFalse(any(map(lab.reaches, self.alices)))
        self.assertTrue(lab.reaches(self.bob))
        self.said("she is out, her neighbour goes on")
        node = lab.ask("node", "show", "de-1")
        self.assertEqual((node["firewall"], node["lacks"], node["core_error"]), ("", "", ""), node)
        self.assertEqual(lab.ask("decision", "list", "--account", "bob"), [])

    def a_restarted_core_lets_nobody_in(self):
        lab = self.lab
        lab.allow(lab.accounts)
        wait_for("her neighbour to be back", lambda: lab.reaches(self.bob), 10)
        wait_for("her to be out again", lambda: not lab.reaches(self.alices[0]), 14, 0.3)
        self.said("the core was restarted, and she is out again")

    def an_agent_that_was_killed_holds_on(self):
        lab = self.lab
        lab.hub.kill()
        lab.agent.kill()
        lab.agent = lab.start_agent("agent-2")
        wait_for("the agent to take it up", lambda: "took up 1" in lab.agent.text(), 10)
        self.assertFalse(lab.reaches(self.alices[1]))
        self.said("hub and agent were killed, and she is out")

    def she_comes_back_though_the_hub_is_dead(self):
        lab = self.lab
        wait_for("her to come back", lambda: all(map(lab.reaches, self.alices)), BLOCK + 20, 0.3)
        lasted = time.monotonic() - self.blocked_at
        self.assertGreater(lasted, BLOCK - 5)
        self.said(f"she is back after {lasted:.0f} s, and the hub is dead")


if __name__ == "__main__":
    require("v2ray", "curl", "ss")
    unittest.main()

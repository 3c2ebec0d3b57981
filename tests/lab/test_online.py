#!/usr/bin/env python3
"""A bare Xray that writes no access log at all: who is online is asked of the core itself, counted, and acted on."""
import json
import os
import pathlib
import sys
import unittest

from lab import BINARIES, SKIPPED, LabError, fairgate, require, wait_for
from proxy import PORTS, WEB_V4, ProxyLab, server_config

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "fairgate"
XRAY = CACHE / "xray"
API = 10085
HUB, PORT = "192.0.2.10", 8470
CORE = """
[[backend]]
name = "core"
type = "xray"
api = "127.0.0.1:{api}"
online = "always"
"""
DAEMON = """
[limits]
general = 1

[counting]
sustain = "20s"

[mode]
global = "enforce"

[ladder]
steps = ["1h"]

[daemon]
state_dir = "{folder}/state"
socket = "{folder}/api.sock"
"""
AGENTS = """
[agents]
listen = "{hub}:{port}"
"""
AGENT = """
[agent]
state_dir = "{folder}/agent"
"""


class OnlineLab(ProxyLab):
    """Xray without an access log, with a daemon beside it or with an agent of a daemon elsewhere."""

    def __init__(self, accounts, watched_by):
        super().__init__(accounts)
        self.watched_by = watched_by

    def __enter__(self):
        super().__enter__()
        (self.folder / "state").mkdir()
        (self.folder / "www/film").write_bytes(bytes(50_000_000))
        if self.watched_by == "daemon":
            self.start_daemon(self.server, DAEMON + CORE)
        else:
            self.start_daemon(self.host("hub", HUB), DAEMON + AGENTS)
            self.start_agent()
        return self

    def start_daemon(self, host, config):
        self.daemon = self.start(host, "daemon", [BINARIES / "fairgate", "daemon", "--config", self.write("daemon", config)])
        wait_for("the daemon to answer", lambda: self.ask("status"), 20)

    def start_agent(self):
        agent = [BINARIES / "fairgate", "agent"]
        config = ["--config", self.write("agent", AGENT + CORE)]
        token = self.ask("node", "join", "de-1", "--address", f"{HUB}:{PORT}")["token"]
        self.run(self.server, [*agent, "join", token, *config])
        self.start(self.server, "agent", [*agent, *config])

    def write(self, name, config):
        path = self.folder / f"{name}.toml"
        path.write_text(config.format(folder=self.folder, api=API, hub=HUB, port=PORT))
        return path

    def allow(self, accounts):
        config = server_config("none", accounts)
        config["inbounds"] = [inbound for inbound in config["inbounds"] if inbound["tag"] == "vless"]
        config |= {
            "stats": {},
            "api": {"tag": "api", "listen": f"127.0.0.1:{API}", "services": ["HandlerService", "StatsService"]},
            "policy": {"levels": {"0": {"statsUserUplink": True, "statsUserDownlink": True, "statsUserOnline": True}}}}
        path = self.folder / "server.json"
        path.write_text(json.dumps(config))
        self.proxy = self.start(self.server, "xray", [XRAY, "run", "-c", path])
        for port in [PORTS["vless"], API]:
            self.wait_for_port(self.server, port)

    def people_use_their_accounts(self):
        self.homes = [self.client("home1", "vless", "alice", "203.0.113.77"),
                      self.client("home2", "vless", "alice", "198.51.100.77")]
        self.bob = self.client("bobs", "vless", "bob", "203.0.113.78")
        for host in [*self.homes, self.bob]:
            # Somebody who reads: new connections every second, and one that goes on.
            self.start(host, f"{host.name}-slow",
                       [*self._curl(), "-m", "600", "--limit-rate", "50k", f"http://{WEB_V4}/film"])
            self.browse(host)

    def ask(self, *arguments):
        try:
            return fairgate(*arguments, "--socket", self.folder / "api.sock")["data"]
        except LabError:
            return []

    def alice_is_found(self, source):
        wait_for(f"{source} to be read", lambda: any(
            row["source"] == source and row["state"] == "live" for row in self.ask("source", "list")), 40)
        return wait_for("alice's decision", lambda: self.ask("decision", "list", "--account", "alice"), 120)[0]


class Online(unittest.TestCase):
    def test_an_account_at_two_homes_is_found_and_blocked_without_a_line_of_log(self):
        with OnlineLab(["alice", "bob"], "daemon") as lab:
            lab.people_use_their_accounts()
            lab.alice_is_found("core/online")
            wait_for("the core to refuse her", lambda: lab.fetch(lab.homes[0]) == 0, 20)
            self.assertEqual(lab.fetch(lab.bob), 20_000)
            why = json.dumps(lab.ask("why", "alice"))
            for address in ("203.0.113.", "198.51.100."):
                self.assertIn(address, why)
            self.assertEqual(lab.ask("decision", "list", "--account", "bob"), [])

    def test_a_node_asks_its_core_for_the_hub(self):
        with OnlineLab(["alice", "bob"], "agent") as lab:
            lab.people_use_their_accounts()
            lab.alice_is_found("de-1/core/online")
            self.assertEqual(lab.ask("account", "show", "alice")["devices"], 2)
            self.assertEqual(lab.ask("decision", "list", "--account", "bob"), [])


if __name__ == "__main__":
    require("v2ray", "curl")
    if not XRAY.exists():
        print("SKIPPED: needs Xray, which scripts/setup builds where there is a Go toolchain")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)

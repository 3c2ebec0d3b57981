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
CONFIG = """
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

[[backend]]
name = "core"
type = "xray"
api = "127.0.0.1:{api}"
online = "always"
"""


class OnlineLab(ProxyLab):
    def __enter__(self):
        super().__enter__()
        (self.folder / "state").mkdir()
        (self.folder / "www/film").write_bytes(bytes(50_000_000))
        config = self.folder / "fairgate.toml"
        config.write_text(CONFIG.format(folder=self.folder, api=API))
        self.daemon = self.start(self.server, "daemon", [BINARIES / "fairgate", "daemon", "--config", config])
        return self

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

    def ask(self, *arguments):
        return fairgate(*arguments, "--socket", self.folder / "api.sock")["data"]

    def source(self):
        try:
            return next((s for s in self.ask("source", "list") if s["source"] == "core/online"), {})
        except LabError:
            return {}

    def live(self, host):
        """Somebody who reads: new connections every second, and one that goes on."""
        self.start(host, f"{host.name}-slow", [*self._curl(), "-m", "600", "--limit-rate", "50k", f"http://{WEB_V4}/film"])
        self.browse(host)


class Online(unittest.TestCase):
    def test_an_account_at_two_homes_is_found_and_blocked_without_a_line_of_log(self):
        with OnlineLab(["alice", "bob"]) as lab:
            homes = [lab.client("home1", "vless", "alice", "203.0.113.77"),
                     lab.client("home2", "vless", "alice", "198.51.100.77")]
            bob = lab.client("bobs", "vless", "bob", "203.0.113.78")
            for host in [*homes, bob]:
                lab.live(host)
            wait_for("the core's list to be read", lambda: lab.source().get("state") == "live", 40)
            decision = wait_for("alice to be blocked", lambda: lab.ask("decision", "list", "--account", "alice"), 120)[0]
            self.assertEqual(decision["account"], "alice")
            wait_for("the core to refuse her", lambda: lab.fetch(homes[0]) == 0, 20)
            self.assertEqual(lab.fetch(bob), 20_000)
            why = json.dumps(lab.ask("why", "alice"))
            for address in ("203.0.113.", "198.51.100."):
                self.assertIn(address, why)
            self.assertEqual(lab.ask("decision", "list", "--account", "bob"), [])


if __name__ == "__main__":
    require("v2ray", "curl")
    if not XRAY.exists():
        print("SKIPPED: needs Xray, which scripts/setup builds where there is a Go toolchain")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)

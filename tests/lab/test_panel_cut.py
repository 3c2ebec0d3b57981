#!/usr/bin/env python3
"""A panel holds the accounts and a node serves them: the hub has the panel refuse an account, and then the node end its
connections. Her neighbour behind the same address keeps his."""
import json
import sys
import time
import unittest

from hub import CONFIG, HUB, EnforcingLab
from lab import BINARIES, fairgate, require, wait_for
from proxy import WEB_V4, client_config
from test_cut import STEADY

PORT, HOME = 8470, "203.0.113.77"
BLOCK = 18  # seconds
AGENT = """
[agent]
state_dir = "{folder}/agent"
[[source]]
name = "access"
path = "{log}"
zone = "UTC"
"""


class PanelCutLab(EnforcingLab):
    """A hub beside the panel, and an agent on the machine that serves its accounts."""
    CONFIG = CONFIG.split("[[source]]")[0] + f"""[agents]
listen = "{HUB}:{PORT}"
""" + "[[backend]]" + CONFIG.split("[[backend]]")[1]

    def _come_up(self):
        super()._come_up()
        config = self.folder / "agent.toml"
        config.write_text(AGENT.format(folder=self.folder, log=self.access_log))
        agent = [BINARIES / "fairgate", "agent"]
        token = self.ask("node", "join", "de-1", "--address", f"{HUB}:{PORT}")["token"]
        self.run(self.server, [*agent, "join", token, "--config", config])
        self.start(self.server, "agent", [*agent, "--config", config])
        self.home = self.host("home", HOME)
        self.start(self.web, "steady", [sys.executable, "-c", STEADY])
        self.wait_for_port(self.web, 81)

    def node(self):
        return self.ask("node", "show", "de-1")

    def download(self, name, protocol, port):
        """A client at the one home, and what it fetches without end."""
        config = client_config(protocol, self.emails[name], "192.0.2.1")
        config["inbounds"][0]["port"] = port
        self._v2ray(self.home, name, config)
        self.wait_for_port(self.home, port)
        return self.start(self.home, f"{name}-film", [
            "curl", "-sSN", "-o", f"{name}.got", "--socks5-hostname", f"127.0.0.1:{port}", f"http://{WEB_V4}:81/"])


    def stands_still(self, name):
        file = self.folder / f"{name}.got"
        before = file.stat().st_size
        time.sleep(0.5)
        return file.stat().st_size == before


class PanelCut(unittest.TestCase):
    def test_first_the_panel_refuses_then_the_node_cuts(self):
        with PanelCutLab(["alice", "bob"], BLOCK) as lab:
            lab.download("alice", "vless", 1081)
            bob = lab.download("bob", "vless", 1082)
            wait_for("the node to see both", lambda: len(lab.ask("session", "list")) >= 2, 30, 0.5)
            self.assertEqual(lab.status_at_panel("alice"), "active")
            name = lab.emails["alice"].partition(".")[0]
            account = next(row["account"] for row in lab.ask("account", "list")
                           if row["account"] in ("alice", name, lab.emails["alice"]))
            began = time.monotonic()
            lab.ask("decision", "add", account, "--for", f"{BLOCK}s", "--reason", "shared", "--yes")
            wait_for("her download to end", lambda: lab.stands_still("alice"), 8)
            self.assertEqual(lab.status_at_panel("alice"), "disabled")
            self.assertEqual(lab.node()["held"][0]["by"], "cut")
            self.assertFalse(lab.stands_still("bob"), "his connection was cut with hers")
            wait_for("the journal to say so", lambda: "in force" in str(lab.steps()), 10)
            steps = [what for _, what, _ in lab.steps()]
            self.assertRegex(json.dumps(steps), r"disabled in the panel; de-1: cut \d+, left 0")
            print(f"{time.monotonic() - began:.1f} s:", *steps, sep="\n  ", flush=True)
            lab.wait_for_status("alice", "active", BLOCK + 15)
            self.assertGreater(time.monotonic() - began, BLOCK - 3)
            wait_for("the node to let go", lambda: lab.node()["held"] == [], 10, 0.3)
            self.assertTrue(bob.alive())
            doctor = json.dumps(fairgate("doctor", "--socket", lab.folder / "api.sock", codes=range(20)))
            self.assertNotIn("FG-NOD-00", doctor)


if __name__ == "__main__":
    require("v2ray", "curl", "ss", "openssl")
    unittest.main()

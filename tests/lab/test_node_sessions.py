#!/usr/bin/env python3
"""Connections that end on nodes: listed at the hub, with what they move; a forged line is dropped on its node; and an
order at the hub cuts one account's wherever they are, and nobody else's."""
import datetime
import sys
import unittest

from lab import require, wait_for
from nodes import CLOCK, NODES, NodesLab
from proxy import WEB_V4, client_config

# A hundred kilobytes a second or so, for ever.
STEADY = """
import http.server, time
class Steady(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 10_000)
            time.sleep(0.05)
http.server.ThreadingHTTPServer(("", 81), Steady).serve_forever()
"""
HOME = "203.0.113.77"
DOWNLOADS = (("alice", "de-1", 1091), ("alice", "fr-2", 1092), ("bob", "de-1", 1093))


class NodeSessions(unittest.TestCase):
    def test_what_lives_on_nodes_is_seen_and_cut_from_the_hub(self):
        with NodesLab(["alice", "bob"]) as lab:
            self.lab = lab
            lab.start(lab.web, "steady", [sys.executable, "-c", STEADY])
            lab.wait_for_port(lab.web, 81)
            self.home = lab.host("home", HOME)
            self.downloads = {(account, node): self.download(account, node, port) for account, node, port in DOWNLOADS}
            self.they_are_listed()
            self.their_rates_are_the_accounts()
            self.inbounds_of_nodes_are_learned()
            self.a_forged_line_is_dropped_on_its_node()
            self.an_order_cuts_one_account_on_all_nodes()
            self.a_node_that_is_silent_is_named()

    def download(self, account, node, port):
        config = client_config("vless", account, NODES[node])
        config["inbounds"][0]["port"] = port
        self.lab._v2ray(self.home, f"home-{port}", config)
        self.lab.wait_for_port(self.home, port)
        return self.lab.start(self.home, f"download-{port}", [
            "curl", "-sSN", "-o", "/dev/null", "--socks5-hostname", f"127.0.0.1:{port}", f"http://{WEB_V4}:81/"])

    def sessions(self, *arguments):
        return self.lab.ask("session", "list", *arguments)

    def they_are_listed(self):
        def all_move():
            rows = self.sessions()
            return rows if len(rows) == 3 and all(row["down_rate"] > 2e4 for row in rows) else None
        rows = wait_for("three sessions that move", all_move, 40, 0.5)
        self.assertEqual({(row["account"], row["node"]) for row in rows}, set(self.downloads))
        for row in rows:
            self.assertTrue(row["address"].startswith(f"{HOME}:"), row)
            since = datetime.datetime.fromisoformat(row["since"].replace("Z", "+00:00"))
            ago = datetime.datetime.now(datetime.timezone.utc) - since
            self.assertLess(abs(ago.total_seconds()), 90, "by the hub's clock, whatever the node's is")
        self.assertEqual(len(self.sessions("--account", "alice")), 2)
        self.assertEqual(self.sessions("--address", "203.0.113.99"), [])

    def their_rates_are_the_accounts(self):
        def rates():
            return {row["account"]: row.get("down_rate", 0) for row in self.lab.ask("account", "list", "--online")}
        wait_for("rates of accounts", lambda: all(rates().get(name, 0) > 2e4 for name in ("alice", "bob")), 40, 1)

    def inbounds_of_nodes_are_learned(self):
        self.lab.person("reader", "203.0.113.140", "bob", "de-1")

        def sight():
            return [row["sight"] for row in self.lab.ask("session", "inbounds") if row["node"] == "de-1"]
        wait_for("de-1's inbound to be known", lambda: sight() == ["direct"], 60, 1)

    def a_forged_line_is_dropped_on_its_node(self):
        path = self.lab.folder / "de-1.log"
        real = path.read_text().splitlines()[-1].split(" ")
        peer = next(index for index, word in enumerate(real) if word.startswith("203.0.113.140:"))
        real[peer], real[-1] = "198.51.100.66:5555", "alice"
        with path.open("a", encoding="ascii") as log:
            log.write(" ".join(real) + "\n")

        def dropped():
            [source] = [row for row in self.lab.ask("source", "list") if row["node"] == "de-1"]
            return {skip["reason"]: skip["lines"] for skip in source["skipped"]}.get("no_socket") == 1
        wait_for("the forged line to be dropped", dropped, 30, 1)
        self.assertNotIn("198.51.100", str(self.lab.ask("account", "show", "alice")))

    def an_order_cuts_one_account_on_all_nodes(self):
        plan = self.lab.ask("session", "drop", "alice", "--dry-run")
        self.assertEqual(len(plan["plan"]), 2, plan)
        done = self.lab.ask("session", "drop", "alice", "--yes")
        for node in ("de-1", "fr-2"):
            self.assertIn(f"{node}: cut 1, left 0", done["message"])
        wait_for("alice's sessions to be gone", lambda: not self.sessions("--account", "alice"), 10, 0.5)
        self.assertTrue(self.downloads["bob", "de-1"].alive())
        self.assertIn(("bob", "de-1"), {(row["account"], row["node"]) for row in self.sessions()})

    def a_node_that_is_silent_is_named(self):
        self.lab.cut_off("de-1")
        try:
            self.assertEqual(self.sessions("--account", "bob"), [])
            said = self.lab.ask("session", "drop", "bob", "--yes")["message"]
            self.assertIn("node de-1 did not tell", said)
        finally:
            self.lab.join_again()


if __name__ == "__main__":
    require("v2ray", "curl", "ss", "nft")
    if not CLOCK.is_file():
        raise SystemExit("FAIRGATE_TEST_CLOCK_LIBRARY names no library")
    unittest.main()

#!/usr/bin/env python3
"""A hub and three nodes with real v2ray: one account counted over all of them, one node cut off for a minute, agents and
the hub killed, a node whose clock is three hours ahead; then the account is refused on all nodes, and let in again in time
though the hub is gone."""
import time
import unittest

from lab import LabError, fairgate, require, wait_for
from nodes import AHEAD, CLOCK, NODES, NodesLab

BLOCK = 25  # seconds
CUT = 66  # seconds: half a minute until the hub misses it, half until its sources have failed
FIREWALL = """
[firewall]
driver = "nftables"
"""
HOMES = {"home-a": "203.0.113.10", "home-b": "198.51.100.20", "home-c": "192.0.2.130"}


class Nodes(unittest.TestCase):
    def test_one_account_is_counted_over_all_nodes_whatever_is_cut_or_killed(self):
        with NodesLab(["alice", "bob", "carol", "dora"], node_more=FIREWALL) as lab:
            self.lab = lab
            self.began = time.monotonic()
            self.people_use_their_accounts()
            self.a_node_is_cut_off()
            self.an_agent_is_killed()
            self.the_shared_account_is_found_by_the_nodes_that_are_left()
            self.the_hub_says_what_it_does_not_hear()
            self.what_the_node_saw_meanwhile_is_told()
            self.everybody_is_counted_once()
            self.the_hub_is_killed()
            self.the_account_is_refused_on_all_nodes()
            self.it_is_let_in_again_in_time_though_the_hub_is_gone()

    def said(self, what):
        print(f"{time.monotonic() - self.began:6.1f} s  {what}", flush=True)

    def devices(self, account):
        try:
            return self.lab.ask("account", "show", account)["devices"]
        except LabError:  # nobody knows of it yet
            return 0

    def violations(self):
        return {(row["account"], row["id"]): row for row in self.lab.ask("violation", "list")}

    def people_use_their_accounts(self):
        """alice at three homes, each at another node; dora at two, one of them at the node that will be cut off;
        carol at one home through all nodes; bob alone, moving from node to node."""
        lab = self.lab
        for (place, address), node in zip(HOMES.items(), NODES):
            lab.person(place, address, "alice", node)
        lab.person("dora-a", "203.0.113.140", "dora", "de-1")
        lab.person("dora-b", "198.51.100.140", "dora", "us-3")
        lab.person("carol", "203.0.113.200", "carol", *NODES)
        self.bob_goes_to("de-1", "203.0.113.77")
        wait_for("all three nodes to tell of carol", lambda: self.devices("carol") == 1, 20, 0.5)
        self.said("everybody is there")

    def bob_goes_to(self, node, address):
        for program in getattr(self, "bobs", []):
            program.stop()
        if "bob" in self.lab.people:
            self.lab.readdress(self.lab.people["bob"], address)
        [self.bobs] = self.lab.person("bob", address, "bob", node)

    def a_node_is_cut_off(self):
        self.lab.cut_off("us-3")
        self.cut_at = time.monotonic()
        self.said("us-3 is cut off")

    def an_agent_is_killed(self):
        self.lab.agents["de-1"].kill()
        self.lab.wait_for_node("de-1", "away", 10)
        self.bob_goes_to("fr-2", "198.51.100.77")
        time.sleep(4)
        self.lab.start_agent("de-1")
        self.lab.wait_for_node("de-1", "connected", 10)
        self.said("the agent of de-1 was killed and is back")

    def the_shared_account_is_found_by_the_nodes_that_are_left(self):
        found = wait_for("alice's violation", lambda: [key for key in self.violations() if key[0] == "alice"], 90, 1)
        self.assertEqual(len(found), 1)
        self.said("alice is found")
        evidence = self.lab.ask("why", "alice")
        self.assertLessEqual({"de-1", "fr-2"}, self.nodes_in(evidence), evidence)
        self.assertAlmostEqual(self.lab.node("fr-2")["clock_offset_ms"], AHEAD["fr-2"] * 1000, delta=5000)

    @staticmethod
    def nodes_in(why):
        return {node for device in why["evidence"]["counted"] for node in device["nodes"]}

    def the_hub_says_what_it_does_not_hear(self):
        time.sleep(max(0, self.cut_at + CUT - time.monotonic()))
        lab = self.lab
        states = {node["name"]: node["state"] for node in lab.ask("node", "list")}
        self.assertEqual(states, {"de-1": "connected", "fr-2": "connected", "us-3": "away"})
        failed = [row for row in lab.ask("status")["sources"] if row["state"] == "failed"]
        self.assertEqual([row["node"] for row in failed], ["us-3"])
        checks = fairgate("doctor", "--socket", lab.folder / "api.sock", codes=range(20))
        self.assertIn("us-3", str(checks))
        self.assertEqual({account for account, _ in self.violations()}, {"alice"}, "for the silence of a node")
        self.assertTrue(all(row["closed"] is None for row in self.violations().values()))
        self.assertEqual(self.devices("dora"), 1, "the node is not cut off")
        self.said("status, node list and doctor say so")

    def what_the_node_saw_meanwhile_is_told(self):
        lab = self.lab
        lab.join_again()
        self.bob_goes_to("us-3", "203.0.113.78")
        lab.wait_for_node("us-3", "connected", 45)
        self.said("us-3 is back")
        wait_for("dora's two homes", lambda: self.devices("dora") == 2, 15, 0.5)
        wait_for("dora's violation", lambda: any(key[0] == "dora" for key in self.violations()), 15, 0.5)
        self.assertEqual(lab.node("us-3")["lost"], 0)
        self.said("what us-3 saw is known")

    def everybody_is_counted_once(self):
        wait_for("alice's three homes", lambda: self.devices("alice") == 3, 20, 0.5)
        wait_for("evidence of all nodes", lambda: self.nodes_in(self.lab.ask("why", "alice")) == set(NODES), 30, 1)
        self.assertEqual(self.devices("carol"), 1)
        self.assertEqual(self.devices("bob"), 1)
        self.assertEqual({account for account, _ in self.violations()}, {"alice", "dora"})
        self.assertEqual(len(self.violations()), 2)
        seen = self.lab.node("us-3")["observations"]
        told = sum(self.lab.slots_in_log("us-3", account) for account in self.lab.accounts)
        self.assertLessEqual(seen, told + 40, "slots, and a few lines of evidence, each once")
        self.said("each is counted once")

    def the_hub_is_killed(self):
        lab, before = self.lab, self.violations()
        lab.hub.kill()
        lab.start_hub()
        for name in NODES:
            lab.wait_for_node(name, "connected", 20)
        wait_for("alice's three homes again", lambda: self.devices("alice") == 3, 20, 0.5)
        wait_for("dora's two homes again", lambda: self.devices("dora") == 2, 20, 0.5)
        time.sleep(11)  # a slot is judged
        after = self.violations()
        self.assertEqual(set(after), set(before))
        self.assertTrue(all(row["closed"] is None for row in after.values()))
        self.assertEqual((self.devices("carol"), self.devices("bob")), (1, 1))
        self.said("the hub was killed, and goes on")

    def the_account_is_refused_on_all_nodes(self):
        lab = self.lab
        lab.ask("mode", "set", "enforce", "--yes")
        self.assertFalse(any(map(lab.refused, NODES)), "in shadow mode")
        self.blocked_at = time.monotonic()
        lab.ask("decision", "add", "alice", "--for", f"{BLOCK}s", "--reason", "shared", "--yes")
        for address, node in zip(HOMES.values(), NODES):
            wait_for(f"alice to be refused at {node}", lambda: lab.refused(node) == {address}, 8)
        self.said("alice is refused on all nodes")
        time.sleep(2)  # what was on its way
        before = self.connections()
        time.sleep(4)
        after = self.connections()
        for node in NODES:
            self.assertEqual(after["alice", node], before["alice", node], node)
            self.assertGreater(after["carol", node], before["carol", node], node)
        self.said("nobody gets through with her account, and everybody else does")

    def connections(self):
        return {(account, node): len(self.lab.lines_of(node, account)) for account in ("alice", "carol") for node in NODES}

    def it_is_let_in_again_in_time_though_the_hub_is_gone(self):
        lab = self.lab
        lab.hub.kill()
        wait_for("every node to let alice in", lambda: not any(map(lab.refused, NODES)), BLOCK + 10, 0.5)
        lasted = time.monotonic() - self.blocked_at
        self.assertGreater(lasted, BLOCK - 3)
        self.said(f"alice is let in again after {lasted:.0f} s")
        before = self.connections()
        for node in NODES:
            wait_for(f"alice at {node}", lambda: self.connections()["alice", node] > before["alice", node], 10, 0.5)
        lab.start_hub()
        for node in NODES:
            lab.wait_for_node(node, "connected", 20)
            wait_for(f"{node} to say so", lambda: lab.node(node)["held"] == [], 15, 0.5)
        self.said("the hub is back, and no node holds anything")


if __name__ == "__main__":
    require("v2ray", "curl", "ss", "nft")
    if not CLOCK.is_file():
        raise SystemExit("FAIRGATE_TEST_CLOCK_LIBRARY names no library")
    unittest.main()

"""Measures on a node, with a real nftables in a network of its own: from the hub's decision to the due time, whoever is
killed or cut off in between, and what a node never refuses whatever its hub says."""
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from nodes_rig import NodesRig, wait_for  # noqa: E402
from rig import skip  # noqa: E402


def in_own_network():
    """Runs this script again where it may have a firewall of its own."""
    if os.environ.get("FAIRGATE_OWN_NETWORK"):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    flags = ["-n"] if os.geteuid() == 0 else ["-rn"]
    if not all(map(shutil.which, ("unshare", "ip", "nft"))) or \
            subprocess.run(["unshare", *flags, "nft", "list", "ruleset"], capture_output=True).returncode:
        skip("cannot make a network with a firewall here")
    environment = os.environ | {"FAIRGATE_OWN_NETWORK": "1"}
    sys.exit(subprocess.run(["unshare", *flags, sys.executable, *sys.argv], env=environment, timeout=230).returncode)


def refused():
    """The addresses that nftables refuses now."""
    done = subprocess.run(["nft", "-j", "list", "table", "inet", "fairgate"], capture_output=True, text=True)
    if done.returncode:
        return set()
    found = set()
    for entry in json.loads(done.stdout)["nftables"]:
        for element in entry.get("set", {}).get("elem", []):
            value = element.get("elem", {}).get("val") if isinstance(element, dict) else element
            value = value.get("concat", [None])[0] if isinstance(value, dict) else value
            if isinstance(value, str):
                found.add(value)
    return found


def block(rig, name, length):
    done = rig.run("decision", "add", name, "--for", length, "--reason", "test", "--yes",
                   "--socket", rig.folder / "api.sock")
    assert done.returncode == 0, done.stderr
    return time.monotonic()


def undo(rig, name):
    decision = next(one["id"] for one in rig.ask("decision", "list") if one["account"] == name)
    done = rig.run("undo", decision, "--yes", "--socket", rig.folder / "api.sock")
    assert done.returncode == 0, done.stdout + done.stderr


def seen(rig, node, name, address):
    rig.seen(node, name, address, seconds=30)
    wait_for(f"{name} at the hub", lambda: rig.account(name).get("origins"), 30)


def rows(file, sql):
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5) as database:
        return database.execute(sql).fetchall()


def an_order_comes_into_force_and_ends(rig):
    seen(rig, "de-1", "ali", "203.0.113.10")
    began = block(rig, "ali", "12s")
    wait_for("ali to be refused", lambda: refused() == {"203.0.113.10"}, 20)
    shown = rig.node("de-1")
    assert [held["account"] for held in shown["held"]] == ["ali"], shown
    assert shown["firewall"] == "nftables", shown
    wait_for("ali to be let through", lambda: not refused(), 30)
    assert time.monotonic() - began > 11, "released early"
    wait_for("the hub to know", lambda: rig.node("de-1")["held"] == [], 10)


def what_is_undone_is_let_through_at_once(rig):
    block(rig, "ali", "1h")
    wait_for("ali to be refused", lambda: refused() == {"203.0.113.10"}, 20)
    undo(rig, "ali")
    wait_for("ali to be let through", lambda: not refused(), 5)


def a_neighbour_at_the_address_is_never_refused(rig):
    seen(rig, "de-1", "sara", "198.51.100.7")
    seen(rig, "de-1", "omid", "198.51.100.7")
    block(rig, "sara", "8s")
    time.sleep(3)
    assert refused() == set(), refused()
    wait_for("it to be over", lambda: rig.node("de-1")["held"] == [], 30)


def it_ends_in_time_although_the_hub_is_dead(rig):
    began = block(rig, "ali", "15s")
    wait_for("ali to be refused", lambda: refused(), 20)
    rig.hub.end(signal.SIGKILL)
    rig.agents["de-1"].end(signal.SIGKILL)
    rig.start_agent("de-1")
    wait_for("the agent to take it up", lambda: "took up" in rig.agents["de-1"].text(), 10)
    assert refused() == {"203.0.113.10"}
    journal = rig.folder / "de-1/measures.db"
    lifted = "SELECT count(*) FROM measure WHERE state <> 'lifted'"
    wait_for("the journal to say that it is lifted", lambda: rows(journal, lifted) == [(0,)], 30)
    assert time.monotonic() - began > 14, "released early"
    assert refused() == set()
    rig.start_hub()
    rig.wait_for_state("de-1", "connected", 70)


in_own_network()
with NodesRig() as rig:
    rig.of_nodes = '[firewall]\ndriver = "nftables"\n'
    rig.start_hub()
    rig.add_node("de-1")
    rig.add_node("us-3")
    for name in ("de-1", "us-3"):
        rig.wait_for_state(name, "connected")
    for part in (lambda: an_order_comes_into_force_and_ends(rig),
                 lambda: what_is_undone_is_let_through_at_once(rig),
                 lambda: a_neighbour_at_the_address_is_never_refused(rig),
                 lambda: it_ends_in_time_although_the_hub_is_dead(rig)):
        began = time.monotonic()
        part()
        print(f"{time.monotonic() - began:5.1f} s", flush=True)
print("ok")

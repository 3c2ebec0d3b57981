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
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from nodes_rig import (Door, NodesRig, answer_ping, frame, hello, number, read_frame, refusal, text,  # noqa: E402
                       wait_for)
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
    sys.exit(subprocess.run(["unshare", *flags, sys.executable, *sys.argv], env=environment, timeout=400).returncode)


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
    def is_known():
        rig.seen(node, name, address, seconds=30)  # again: what was in the slot of a release is settled
        return rig.account(name).get("origins")
    wait_for(f"{name} at the hub", is_known, 30, every=2)


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


def state_of(rig, name):
    return next(one["state"] for one in rig.ask("decision", "list") if one["account"] == name)


def a_hub_that_is_killed_meanwhile_agrees_with_its_nodes_again(rig):
    began = block(rig, "ali", "25s")
    wait_for("ali to be refused", lambda: refused() == {"203.0.113.10"}, 20)
    before = rig.node("de-1")["held"]
    rig.hub.end(signal.SIGKILL)
    rig.start_hub()
    rig.wait_for_state("de-1", "connected", 20)
    after = wait_for("de-1 to tell what it holds", lambda: rig.node("de-1")["held"], 10)
    assert [(one["measure"], one["account"]) for one in after] == \
        [(one["measure"], one["account"]) for one in before], (before, after)
    assert refused() == {"203.0.113.10"}, "released by the restart"
    assert state_of(rig, "ali") == "in_force"
    wait_for("ali to be let through", lambda: not refused(), 30)
    assert time.monotonic() - began > 24, "released early"
    wait_for("both to say that it is over", lambda: state_of(rig, "ali") != "in_force" and not rig.node("de-1")["held"], 15)


def held_there(rig, node, account):
    return rows(rig.folder / node / "measures.db",
                f"SELECT state, due FROM measure WHERE name = '{account}' AND state NOT IN ('lifted', 'failed')")


def what_is_ordered_while_a_node_is_away_comes_when_it_is_back(rig, door):
    """And what is over by then never does."""
    seen(rig, "us-3", "sara", "198.51.100.8")
    seen(rig, "us-3", "omid", "198.51.100.9")
    door.shut()
    rig.wait_for_state("us-3", "away")
    block(rig, "omid", "3s")
    block(rig, "sara", "1h")
    wait_for("the short one to be over", lambda: state_of(rig, "omid") != "in_force", 20)
    assert not held_there(rig, "us-3", "sara")
    door.open = True
    rig.wait_for_state("us-3", "connected", 40)
    wait_for("us-3 to have been told", lambda: held_there(rig, "us-3", "sara"), 10)
    assert rows(rig.folder / "us-3/measures.db", "SELECT count(*) FROM measure WHERE name = 'omid'") == [(0,)]


def what_is_changed_while_a_node_is_away_is_corrected_when_it_is_back(rig, door):
    [(_, due)] = wait_for("us-3 to hold it", lambda: held_there(rig, "us-3", "sara"), 10)
    door.shut()
    rig.wait_for_state("us-3", "away")
    block(rig, "sara", "3h")
    assert [end for _, end in held_there(rig, "us-3", "sara")] == [due], "how does it know?"
    door.open = True
    rig.wait_for_state("us-3", "connected", 40)
    hour = 3600 * 1000 * 1000
    wait_for("the later end", lambda: any(later > due + hour for _, later in held_there(rig, "us-3", "sara")), 10)


def what_is_undone_while_a_node_is_away_is_lifted_when_it_is_back(rig, door):
    door.shut()
    rig.wait_for_state("us-3", "away")
    undo(rig, "sara")
    wait_for("de-1 to have lifted it", lambda: not held_there(rig, "de-1", "sara"), 10)
    assert held_there(rig, "us-3", "sara"), "how does it know?"
    door.open = True
    rig.wait_for_state("us-3", "connected", 40)
    wait_for("us-3 to lift it", lambda: not held_there(rig, "us-3", "sara"), 10)
    wait_for("the hub to know", lambda: not rig.node("us-3")["held"], 10)


def done(measure, account, state=2):
    return number(1, measure) + text(2, account) + number(3, state)


def held(*orders):
    return frame(14, b"".join(text(1, one) for one in orders))


def a_firewall_that_is_flushed_is_told_of_and_mends_itself(rig):
    seen(rig, "de-1", "ali", "203.0.113.10")
    block(rig, "ali", "1h")
    wait_for("ali to be refused", lambda: refused() == {"203.0.113.10"}, 20)
    began = time.monotonic()
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    wait_for("the hub to say so", lambda: "FG-NOD-015: the firewall of node de-1" in rig.hub.text(), 60)
    wait_for("ali to be refused again", lambda: refused() == {"203.0.113.10"}, 60)

    def whole():
        check = rig.ask("block", "check")
        [mine] = [one for one in check["nodes"] if one["node"] == "de-1"]
        return mine["lost"] > 0 and mine["in_force"] == 1 and not mine["missing"]
    wait_for("the check to be clean", whole, 30)
    print(f"      flushed and whole after {time.monotonic() - began:.1f} s")
    [row] = [one for one in rig.ask("block", "list", "--account", "ali") if one["node"] == "de-1"]
    assert (row["address"], row["accounts"], row["enforcer"]) == ("203.0.113.10", ["ali"], "firewall:nftables"), row
    why = rig.run("why", "203.0.113.10", "--socket", rig.folder / "api.sock").stdout
    assert "on node de-1, firewall:nftables refuses 203.0.113.10" in why, why
    undo(rig, "ali")
    wait_for("ali to be let through", lambda: not refused(), 10)


FIRST_COME = """
[counting]
method = "first_come"
[first_come]
lifetime = "90s"
ban_time = "20s"
act = "origins"
[mode]
global = "enforce"
"""


def only_the_late_comer_is_refused_and_on_all_nodes(rig):
    """The hub has no firewall: what its nodes see, they refuse."""
    rig.seen("de-1", "ali", "203.0.113.10", seconds=60)
    seen(rig, "us-3", "omid", "198.51.100.30")
    rig.seen("us-3", "ali", "198.51.100.20", seconds=10, every=1)
    wait_for("the late comer to be refused", lambda: refused() == {"198.51.100.20"}, 40)
    began = time.monotonic()
    decision = next(one for one in rig.ask("decision", "list") if one["account"] == "ali")
    assert decision["action"] == "refuse" and "us-3" in decision["reason"], decision
    for node in ("de-1", "us-3"):
        wait_for(f"{node} to hold it", lambda node=node: rows(
            rig.folder / node / "measures.db", "SELECT action FROM measure WHERE state = 'active'") == [("refuse",)], 15)
    wait_for("block list to show it", lambda: any(
        one["address"] == "198.51.100.20" and one["node"] == "us-3" and one["accounts"] == ["ali"]
        for one in rig.ask("block", "list")), 25)
    wait_for("the late comer to be let in again", lambda: not refused(), 40)
    assert time.monotonic() - began > 15, "released early"
    # Of an address that somebody else is at nothing is refused.
    rig.seen("de-1", "sara", "203.0.113.11", seconds=60)
    rig.seen("us-3", "omid", "198.51.100.30", seconds=20, every=1)
    rig.seen("us-3", "sara", "198.51.100.30", seconds=10, every=1)
    sara = wait_for("the decision about sara", lambda: next(
        (one for one in rig.ask("decision", "list") if one["account"] == "sara"), None), 40)
    # Why, or that the evidence did not name the address yet when it was decided.
    assert sara["state"] != "in_force", sara
    assert "omid" in sara["reason"] or "no address of it was noted" in sara["reason"], sara
    assert "198.51.100.30" not in refused()


def a_node_that_lies_about_orders_is_refused_and_nothing_else_suffers(rig):
    seen(rig, "de-1", "ali", "203.0.113.10")
    block(rig, "ali", "1h")
    wait_for("ali to be refused", lambda: refused() == {"203.0.113.10"}, 20)
    mine = rig.node("de-1")
    [real] = mine["held"]
    node = rig.identity("us-3")
    rig.agents["us-3"].end(signal.SIGTERM)
    # An end before 1970, no measure, no account, a state that is none, more than a node takes.
    wrong = [held(done(1, b"ali") + number(4, 1) + number(5, (1 << 64) - 1)), held(done(0, b"ali")), held(done(1, b"")),
             frame(13, done(1, b"ali", state=77)), held(*(done(one, b"x") for one in range(1, 12_000)))]
    for what in wrong:
        with rig.connection(node) as liar:
            liar.sendall(hello(newest=2))
            threading.Timer(0.5, lambda: liar.sendall(what)).start()
            assert refusal(liar) == "FG-AGT-005", what[:40]
    # More than a node takes, in parts, for ever.
    with rig.connection(node) as liar:
        liar.sendall(hello(newest=2))

        def go_on():
            try:
                for part in range(30):
                    first = part * 1000 + 1
                    liar.sendall(frame(14, b"".join(text(1, done(one, b"x")) for one in range(first, first + 1000)) + number(2, 1)))
            except OSError:
                pass  # it has heard enough
        threading.Timer(0.5, go_on).start()
        assert refusal(liar) == "FG-AGT-005"
    # Of a measure that it was never given, and of one that another node holds: it is told to lift the one.
    with rig.connection(node) as liar:
        liar.sendall(hello(newest=2))
        told = []

        def listen():
            while found := read_frame(liar):
                if not answer_ping(liar, found):
                    told.append(found)
        threading.Thread(target=listen, daemon=True).start()
        wait_for("the welcome", lambda: any(field == 5 for field, _ in told), 10)
        liar.sendall(held())
        liar.sendall(frame(13, done(4711, b"nobody")))
        lift = number(1, 4711) + text(2, b"nobody") + number(3, 3)
        wait_for("the order to lift it", lambda: any(field == 12 and lift in message for field, message in told), 10)
        wait_for("the hub to say so", lambda: "FG-NOD-014" in rig.hub.text(), 10)
        liar.sendall(frame(13, done(int(real["measure"].split("_")[1]), b"ali", state=4)))
        time.sleep(1)
    assert refused() == {"203.0.113.10"}
    now = rig.node("de-1")
    assert now["since"] == mine["since"] and now["held"] == mine["held"], (mine, now)
    undo(rig, "ali")
    wait_for("ali to be let through", lambda: not refused(), 10)
    rig.start_agent("us-3")
    rig.wait_for_state("us-3", "connected", 40)


in_own_network()
with NodesRig() as rig:
    rig.of_nodes = '[firewall]\ndriver = "nftables"\n'
    rig.start_hub()
    rig.add_node("de-1")
    door = Door(rig.port)
    rig.add_node("us-3", door.port)
    for name in ("de-1", "us-3"):
        rig.wait_for_state(name, "connected")
    for part in (lambda: an_order_comes_into_force_and_ends(rig),
                 lambda: what_is_undone_is_let_through_at_once(rig),
                 lambda: a_neighbour_at_the_address_is_never_refused(rig),
                 lambda: a_hub_that_is_killed_meanwhile_agrees_with_its_nodes_again(rig),
                 lambda: what_is_ordered_while_a_node_is_away_comes_when_it_is_back(rig, door),
                 lambda: what_is_changed_while_a_node_is_away_is_corrected_when_it_is_back(rig, door),
                 lambda: what_is_undone_while_a_node_is_away_is_lifted_when_it_is_back(rig, door),
                 lambda: a_firewall_that_is_flushed_is_told_of_and_mends_itself(rig),
                 lambda: a_node_that_lies_about_orders_is_refused_and_nothing_else_suffers(rig),
                 lambda: it_ends_in_time_although_the_hub_is_dead(rig)):
        began = time.monotonic()
        part()
        print(f"{time.monotonic() - began:5.1f} s", flush=True)
with NodesRig() as rig:
    rig.of_nodes, rig.of_hub = '[firewall]\ndriver = "nftables"\n', FIRST_COME
    rig.start_hub()
    for name in ("de-1", "us-3"):
        rig.add_node(name)
        rig.wait_for_state(name, "connected")
    only_the_late_comer_is_refused_and_on_all_nodes(rig)
print("ok")

"""A hub and three agents: one account counted over all nodes, an agent cut off for a while, both sides killed."""
import datetime
import pathlib
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from nodes_rig import Door, NodesRig, frame, hello, line, now, number, refusal, text, wait_for  # noqa: E402


def a_token_works_once_and_only_for_its_hub(rig):
    token = rig.token("de-1")
    wrong = rig.join("de-1", token[:60] + ("A" if token[60] != "A" else "B") + token[61:])
    assert "FG-AGT-008" in wrong.stderr and wrong.returncode == 5, wrong.stderr
    bad = rig.join("de-1", "fgj1.hello")
    assert "FG-PKI-006" in bad.stderr and bad.returncode == 2, bad.stderr
    first = rig.join("de-1", token)
    assert first.returncode == 0 and "node de-1" in first.stdout, first.stderr
    again = rig.join("de-9", token)
    assert "FG-AGT-001" in again.stderr and again.returncode == 5, again.stderr
    assert (rig.folder / "de-1/node.json").stat().st_mode & 0o777 == 0o600
    rig.start_agent("de-1")


def one_account_on_two_nodes_is_counted_together(rig):
    rig.seen("de-1", "ali", "203.0.113.10")
    rig.seen("fr-2", "ali", "198.51.100.20")
    wait_for("ali's two devices", lambda: rig.account("ali").get("devices") == 2, 40)

    def both_nodes():
        rig.seen("de-1", "ali", "203.0.113.10", seconds=2, every=1)
        rig.seen("fr-2", "ali", "198.51.100.20", seconds=2, every=1)
        return sorted(rig.account("ali")["nodes"]) == ["de-1", "fr-2"]
    wait_for("both nodes in the evidence", both_nodes, 30, 1)
    wait_for("the decision", lambda: "shadow: warn \"ali\": 2 devices at once" in rig.hub.text(), 30)
    sources = {source["source"]: source for source in rig.ask("source", "list")}
    assert sources["de-1/log"]["state"] == "live" and sources["de-1/log"]["observations"] > 30, sources
    why = rig.run("why", "ali", "--socket", rig.folder / "api.sock").stdout
    assert "203.0.113" in why and "198.51.100" in why, why


def what_a_node_saw_while_cut_off_is_told_later(rig, door):
    rig.seen("us-3", "sara", "192.0.2.7", seconds=30)
    wait_for("sara", lambda: rig.account("sara").get("origins"), 30)
    door.shut()
    rig.wait_for_state("us-3", "away")
    stop = threading.Event()

    def go_on():
        while not stop.wait(1):
            with open(rig.folder / "us-3.log", "a", encoding="ascii") as log:
                log.write(line("omid", "192.0.2.77", now()))
    writer = threading.Thread(target=go_on)
    writer.start()
    time.sleep(20)
    assert not rig.account("omid").get("origins"), "the door is not shut"
    started = now()
    stop.set()
    writer.join()
    door.open = True
    rig.wait_for_state("us-3", "connected", 75)
    omid = wait_for("omid", lambda: (lambda a: a if a.get("origins") else None)(rig.account("omid")), 20)
    last = datetime.datetime.fromisoformat(omid["last_seen"].replace("Z", "+00:00"))
    assert last <= started + datetime.timedelta(seconds=12), (omid, started)
    assert rig.node("us-3")["lost"] == 0, rig.node("us-3")


def an_agent_that_is_killed_reads_on(rig):
    rig.agents["de-1"].end(signal.SIGKILL)
    rig.wait_for_state("de-1", "away")
    rig.seen("de-1", "parisa", "203.0.113.99", seconds=60)
    rig.start_agent("de-1")
    rig.wait_for_state("de-1", "connected")
    wait_for("parisa", lambda: rig.account("parisa").get("devices") == 1, 30)
    assert rig.account("ali").get("devices") == 2, rig.account("ali")


def a_hub_that_is_killed_is_told_the_last_minutes_again(rig):
    rig.hub.end(signal.SIGKILL)
    time.sleep(3)
    rig.start_hub()
    for name in ("de-1", "fr-2", "us-3"):
        rig.wait_for_state(name, "connected", 40)
    wait_for("parisa again", lambda: rig.account("parisa").get("last_seen"), 30)
    wait_for("omid again", lambda: rig.account("omid").get("last_seen"), 30)


def who_is_not_allowed_is_told_why_and_nothing_else_suffers(rig):
    with rig.connection() as stranger:
        stranger.sendall(hello())
        assert refusal(stranger) == "FG-PKI-004"
    with rig.connection() as stranger:
        stranger.sendall(frame(8, number(1, 1)))
        assert refusal(stranger) == "FG-AGT-006"
    with rig.connection() as stranger:
        stranger.sendall(b"\x7f\xff\xff\xff")
        assert refusal(stranger) == "FG-AGT-004"
    with rig.connection() as stranger:
        stranger.sendall(frame(1, text(1, b"A" * 43) + text(2, b"x")))
        assert refusal(stranger) == "FG-AGT-001"
    node = rig.identity("fr-2")
    rig.agents["fr-2"].end(signal.SIGTERM)  # of one node the hub keeps the newest connection
    with rig.connection(node) as newer:
        newer.sendall(hello(oldest=9, newest=12))
        assert refusal(newer) == "FG-AGT-003"
    with rig.connection(node) as liar:
        liar.sendall(hello())
        slot = int(time.time()) // 10
        report = number(1, 1) + number(2, slot << 1) + text(4, b"\x09")
        threading.Timer(1, lambda: liar.sendall(frame(8, report))).start()
        assert refusal(liar) == "FG-AGT-005"
    with rig.connection(node) as garbage:
        garbage.sendall(b"\0\0\0\x05\xff\xff\xff\xff\xff")
        assert refusal(garbage) == "FG-AGT-005"
    rig.start_agent("fr-2")
    rig.wait_for_state("fr-2", "connected", 40)
    assert rig.hub.alive()


def strangers_who_open_sockets_keep_no_agent_out(rig):
    """A thousand connections that say nothing, and as many more as those end, while an agent starts again."""
    before = {name: rig.node(name)["since"] for name in ("de-1", "us-3")}
    stop, opened = threading.Event(), []

    def crowd(source):
        mine = []
        while not stop.is_set():
            mine.append(socket.create_connection(("127.0.0.1", rig.port), timeout=10, source_address=(source, 0)))
            if len(mine) > 500:
                mine.pop(0).close()
            opened.append(1)
            time.sleep(0.001)
        for one in mine:
            one.close()
    crowds = [threading.Thread(target=crowd, args=(f"127.0.0.{last}",)) for last in (1, 2)]
    for one in crowds:
        one.start()
    try:
        wait_for("a crowd at the door", lambda: len(opened) > 1000, 20)
        rig.agents["fr-2"].end(signal.SIGTERM)
        rig.wait_for_state("fr-2", "away")
        rig.start_agent("fr-2")
        rig.wait_for_state("fr-2", "connected", 10)
    finally:
        stop.set()
        for one in crowds:
            one.join()
    assert {name: rig.node(name)["since"] for name in before} == before, "another agent lost its connection"


def a_revoked_node_is_refused(rig):
    done = rig.run("node", "revoke", "fr-2", "--socket", rig.folder / "api.sock", "--yes")
    assert done.returncode == 0, done.stderr
    assert rig.node("fr-2")["state"] == "revoked"
    wait_for("the agent to be told", lambda: "FG-AGT-002" in rig.agents["fr-2"].text(), 40)
    assert not any(source["node"] == "fr-2" for source in rig.ask("source", "list"))


def an_agent_that_is_stopped_says_so(rig):
    assert rig.agents["de-1"].end(signal.SIGTERM) == 0, rig.agents["de-1"].text()
    rig.wait_for_state("de-1", "away")


with NodesRig() as rig:
    rig.start_hub()
    a_token_works_once_and_only_for_its_hub(rig)
    rig.add_node("fr-2")
    door = Door(rig.port)
    rig.add_node("us-3", door.port)
    for name in ("de-1", "fr-2", "us-3"):
        rig.wait_for_state(name, "connected")
    for part in (lambda: one_account_on_two_nodes_is_counted_together(rig),
                 lambda: what_a_node_saw_while_cut_off_is_told_later(rig, door),
                 lambda: an_agent_that_is_killed_reads_on(rig),
                 lambda: a_hub_that_is_killed_is_told_the_last_minutes_again(rig),
                 lambda: who_is_not_allowed_is_told_why_and_nothing_else_suffers(rig),
                 lambda: strangers_who_open_sockets_keep_no_agent_out(rig),
                 lambda: a_revoked_node_is_refused(rig),
                 lambda: an_agent_that_is_stopped_says_so(rig)):
        began = time.monotonic()
        part()
        print(f"{time.monotonic() - began:5.1f} s", flush=True)
print("ok")

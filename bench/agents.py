#!/usr/bin/env python3
"""What one agent for 5,000 online accounts costs: memory, processor, bytes to the hub in steady state.

    python3 bench/agents.py [SECONDS]

Each of 6,500 pairs (account, address) opens a connection in about six slots of ten, as browsing phones do. Counted by
the kernel (memory, processor) and by the hub (bytes of messages, without TLS and TCP around them). FAIRGATE_BIN: the build.
"""
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests/agent"))
from nodes_rig import NodesRig, line, now  # noqa: E402

ACCOUNTS, PAIRS, SHARE = 5_000, 6_500, 0.8
WARM_UP = 30
TICKS = os.sysconf("SC_CLK_TCK")


def memory(process):
    fields = dict(row.split(":", 1) for row in pathlib.Path(f"/proc/{process}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


def processor(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def go_on(rig, seconds, chance):
    """Lines of everybody, second by second."""
    pairs = [(f"{i % ACCOUNTS}.customer{i % ACCOUNTS}", f"203.{i >> 8}.{i & 255}.{i % 250 + 1}") for i in range(PAIRS)]
    end = time.monotonic() + seconds
    with open(rig.folder / "n.log", "a", encoding="ascii") as log:
        while time.monotonic() < end:
            began, at = time.monotonic(), now()
            log.write("".join(line(name, address, at) for name, address in pairs if chance.random() < SHARE / 8))
            log.flush()
            time.sleep(max(0.0, 1 - (time.monotonic() - began)))


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    chance = random.Random(1)
    with NodesRig() as rig:
        rig.start_hub()
        rig.add_node("n")
        rig.wait_for_state("n", "connected")
        process, hub = rig.agents["n"].process.pid, rig.hub.process.pid
        go_on(rig, WARM_UP, chance)
        before, used, hub_used, began = rig.node("n"), processor(process), processor(hub), time.monotonic()
        go_on(rig, seconds, chance)
        after, length = rig.node("n"), time.monotonic() - began
        online = len(rig.ask("account", "list", "--online", "--limit", "1000"))
        print(f"online accounts      {'1,000 or more' if online >= 1000 else online}")
        print(f"bytes to the hub     {(after['received'] - before['received']) / length:8.0f} /s")
        print(f"memory of the agent  {memory(process) / 1e6:8.1f} MB")
        print(f"processor, agent     {100 * (processor(process) - used) / length:8.2f} % of a core")
        print(f"processor, hub       {100 * (processor(hub) - hub_used) / length:8.2f} % of a core")
        print(f"memory of the hub    {memory(hub) / 1e6:8.1f} MB")
        print(f"reports lost         {after['lost']:8d}")


main()

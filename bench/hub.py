#!/usr/bin/env python3
"""What a hub costs with 100 agents and 500,000 accounts online: processor, memory, and the bytes of its tables.

    python3 bench/hub.py [--agents 100] [--seconds 180] [--warm-up 120] [--perf FILE]

The agents are bench-hub-load: the links of real agents over loopback TLS, each with a certificate it joined for, and what
their logs would have said, in real time. Five accounts in a hundred are at two places at once, each pair is active in two
slots of three. FAIRGATE_BIN: the build.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests/agent")]
from nodes_rig import BINARIES, NodesRig, wait_for  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
LOAD = BINARIES / "bench-hub-load"


def memory(process):
    fields = dict(row.split(":", 1) for row in pathlib.Path(f"/proc/{process}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024, int(fields["VmHWM"].split()[0]) * 1024


def processor(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Load:
    """The agents, and what they said last."""

    def __init__(self, folder, agents, seconds):
        self.process = subprocess.Popen([LOAD, "drive", folder, str(agents), str(seconds)], stdout=subprocess.PIPE, text=True)
        self.now = {"connected": 0}
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self):
        for said in self.process.stdout:
            self.now = json.loads(said)

    def end(self):
        self.process.kill()
        self.process.wait()


def at_second(seconds, process):
    """Processor seconds used in each second: the mean, and the worst one."""
    worst, began, first = 0.0, time.monotonic(), processor(process)
    before, then = first, began
    while time.monotonic() - began < seconds:
        time.sleep(1)
        used, at = processor(process), time.monotonic()
        worst, before, then = max(worst, (used - before) / (at - then)), used, at
    return (before - first) / (then - began), worst


def measure(options):
    with NodesRig() as rig:
        config = rig.folder / "hub.toml"
        config.write_text(config.read_text().replace("general = 1", "general = 2"))
        rig.start_hub()
        hub = rig.hub.process.pid
        tokens = "".join(rig.token(f"node-{number}") + "\n" for number in range(options.agents))
        nodes = rig.folder / "nodes"
        nodes.mkdir()
        subprocess.run([LOAD, "join", nodes], input=tokens, text=True, check=True)
        empty, _ = memory(hub)
        load = Load(nodes, options.agents, options.warm_up + options.seconds + 120)
        try:
            wait_for("every agent to be connected", lambda: load.now["connected"] == options.agents, 60, 0.5)
            time.sleep(options.warm_up)
            if options.perf:
                profile = subprocess.Popen(["perf", "record", "-q", "-g", "-F", "499", "-p", str(hub), "-o", options.perf,
                                            "--", "sleep", str(options.seconds)], stderr=subprocess.DEVNULL)
            opened = load.now["opened"]
            mean, worst = at_second(options.seconds, hub)
            resident, peak = memory(hub)
            if options.perf:
                profile.wait()
            began = time.monotonic()
            status = rig.ask("status")
            answered = time.monotonic() - began
            listed = rig.ask("node", "list")
            violations = len(rig.ask("violation", "list", "--limit", "1000"))
            figures = {
                "agents": sum(node["state"] == "connected" for node in listed), "online": status["accounts"]["online"],
                "observed a second": (load.now["opened"] - opened) / options.seconds,
                "hub, cores": mean, "hub, cores in its worst second": worst,
                "resident": resident, "resident at most": peak, "grown by": resident - empty,
                "status took": answered, "violations": violations,
                "lost": load.now["lost"], "waiting": sum(node["buffered"] for node in listed),
            }
        finally:
            load.end()
    return figures


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("--agents", type=int, default=100)
    parse.add_argument("--seconds", type=int, default=180)
    parse.add_argument("--warm-up", type=int, default=120)
    parse.add_argument("--perf", help="record a profile of the hub into this file")
    options = parse.parse_args()
    tables = json.loads(subprocess.run([LOAD, "memory", str(options.agents)], check=True, stdout=subprocess.PIPE).stdout)
    figures = measure(options)
    pairs = tables["pairs"]
    figures.update({"pairs": pairs, "tables, bytes a pair": tables["tables"] / pairs,
                    "readers, bytes a pair": tables["readers"] / pairs, "resident, bytes a pair": figures["grown by"] / pairs})
    for name, value in figures.items():
        print(f"{name:32} {value:14,.2f}" if isinstance(value, float) else f"{name:32} {value:14,}")


if __name__ == "__main__":
    main()

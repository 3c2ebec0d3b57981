#!/usr/bin/env python3
"""Measures the daemon with a simulated panel of very many accounts, of each product:

  sync      from its start to knowing all accounts: seconds on the wall (the simulator's included), the daemon's own
            seconds of processor, and its resident memory afterwards
  minute    the same for the next 70 seconds: the reading of what changed, once a minute

    bench/panels.py [ACCOUNTS [PRODUCT]]       with FAIRGATE_BIN, the folder of fairgate and lab_panel
"""
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/faults"))
from rig import Rig, wait_for  # noqa: E402

ACCOUNTS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
TICKS = os.sysconf("SC_CLK_TCK")


def processor(pid):
    """Seconds that the process has used."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICKS


def memory(pid):
    """Resident megabytes."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measure(product, options):
    with Rig(names=("ali",), panel=options) as rig:
        rig.panel.tell(f"crowd {ACCOUNTS}", answer="done crowd")
        rig.start()
        begun = time.monotonic()
        wait_for("all accounts", lambda: rig.ask("status")["backends"][0]["state"] == "ready", 300, 0.5)
        seconds = time.monotonic() - begun
        pid = rig.daemon.process.pid
        known = rig.ask("status")["backends"][0]["accounts"]
        print(f"{product}: {known} accounts known after {seconds:.1f} s, {processor(pid):.1f} s of processor, "
              f"{memory(pid):.0f} MB", flush=True)
        used = processor(pid)
        time.sleep(70)
        print(f"{product}: the next 70 s took {processor(pid) - used:.2f} s of processor, {memory(pid):.0f} MB", flush=True)


for name, wanted in (("marzban", ("--marzban",)), ("pasarguard", ())):
    if len(sys.argv) < 3 or sys.argv[2] == name:
        measure(name, wanted)

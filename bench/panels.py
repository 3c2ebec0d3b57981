#!/usr/bin/env python3
"""Measures the daemon with a simulated panel, of each product. The simulator's own processor is not counted, and not its
answers' time where only processor is told.

  sync      from the first start to knowing all accounts: seconds on the wall (the simulator's included), the daemon's own
            seconds of processor, and its resident memory; and the same for the next 70 seconds, in which what changed is
            read once
  restart   a daemon with so many accounts and open measures is stopped, then killed, and started again: how long until
            `status` says that it enforces, and until every measure and every account has been looked at again
  streams   the logs of many nodes at a steady rate: the daemon's share of a core, and whether all lines came

    bench/panels.py [--only sync,restart,streams] [--product marzban|pasarguard]    with FAIRGATE_BIN, the folder of
                    [--accounts N] [--measures N] [--nodes N] [--rate LINES]        fairgate and lab_panel
"""
import argparse
import contextlib
import json
import os
import pathlib
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/faults"))
import rig as rigs  # noqa: E402
from rig import Rig, wait_for  # noqa: E402

PRODUCTS = {"marzban": ("--marzban",), "pasarguard": ("--pasarguard",)}
TICKS = os.sysconf("SC_CLK_TCK")
STEADY = 20  # seconds of lines that are measured


def use(tools):
    """The programs of that folder."""
    rigs.BINARIES = tools


def processor(program):
    """Seconds that its process has used."""
    words = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICKS


def memory(program):
    """Resident megabytes."""
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def status(rig):
    """Nothing while nobody answers."""
    done = rig.run("status", "--json")
    return json.loads(done.stdout)["data"] if done.returncode == 0 else None


def knows_everybody(rig):
    """Whether this run has asked the panel for all of them."""
    now = rig.ask("status")
    return (now["backends"][0]["synced"] or "") > now["started"]


@contextlib.contextmanager
def crowded(product, accounts, nodes):
    with Rig(names=("ali",), mode="enforce", panel=PRODUCTS[product]) as rig:
        for number in range(nodes):
            rig.panel.tell(f"node node-{number}")
        rig.panel.tell(f"crowd {accounts}", answer="done crowd")
        yield rig


def sync(product, accounts=100_000):
    with crowded(product, accounts, 0) as rig:
        begun = time.monotonic()
        rig.start()
        wait_for("all accounts", lambda: knows_everybody(rig), 300, 0.5)
        figures = {"known after": time.monotonic() - begun, "processor": processor(rig.daemon)}
        time.sleep(70)
        figures["next 70 s"] = processor(rig.daemon) - figures["processor"]
        figures["memory"] = memory(rig.daemon)
        return figures


# ---- restart -----------------------------------------------------------------------------------------------------------


def make_alike(state, count):
    """Of the one measure in the journal `count`, of the users that follow its own at the panel."""
    database = sqlite3.connect(state / "fairgate.db")
    database.row_factory = sqlite3.Row
    with contextlib.closing(database), database:
        decision, measure = (dict(database.execute(f"SELECT * FROM {table}").fetchone()) for table in ("decision", "measure"))
        steps = [dict(row) for row in database.execute("SELECT * FROM measure_step")]
        for number in range(1, count):
            name = {"name": f"u{number}"}
            images = {part: image_of(measure[part], number) for part in ("before", "after")}
            ids = {"id": None, "decision": insert(database, "decision", decision | name | {"id": None})}
            copy = insert(database, "measure", measure | name | images | ids)
            for step in steps:
                insert(database, "measure_step", step | {"id": None, "measure": copy})


def image_of(text, number):
    """A user's state as the journal keeps it, of another user; only PasarGuard's has its id."""
    image = json.loads(text)
    image["username"] = f"u{number}"
    if "id" in image:
        image["id"] += number
    return json.dumps(image, separators=(",", ":"))


def insert(database, table, row):
    marks = ", ".join("?" * len(row))
    return database.execute(f"INSERT INTO {table} VALUES ({marks})", tuple(row.values())).lastrowid


def begin_again(rig, measures):
    """From the start of the process."""
    begun = time.monotonic()
    rig.daemon = rig.launch()
    said = wait_for("an answer", lambda: status(rig), 300, 0.03)
    figures = {"answers": time.monotonic() - begun, "first says": "; ".join(said["not_enforcing_because"]) or "enforcing"}

    def enforces():
        now = status(rig)
        return now and not now["not_enforcing_because"]
    wait_for("it to enforce", enforces, 300, 0.03)
    figures["enforces"] = time.monotonic() - begun
    figures["processor by then"] = processor(rig.daemon)

    def has_looked():
        left = [notice for notice in rig.ask("status")["notices"] if "FG-ENF-008" in notice]
        return not left and knows_everybody(rig)
    wait_for("it to have looked at everything", has_looked, 600, 0.2)
    figures["looked at all"] = time.monotonic() - begun
    figures["processor"] = processor(rig.daemon)
    figures["memory"] = memory(rig.daemon)
    held = rig.ask("status")["measures"]["active"]
    if held != measures:
        raise AssertionError(f"{held} of {measures} measures are in force after a restart")
    return figures


def restart(product, accounts=100_000, measures=10_000):
    with crowded(product, accounts, 2) as rig:
        rig.start()
        wait_for("all accounts", lambda: knows_everybody(rig), 300, 0.5)
        rig.block("u0", "24h")
        rig.wait_for_states("active")
        rig.stop()
        make_alike(rig.state, measures)
        rig.panel.tell(f"hold {measures}")
        rig.panel.tell("flow 1000")
        begin_again(rig, measures)  # the run before those that count
        figures = {}
        for how in ("stop", "kill"):
            getattr(rig, how)()
            figures[how] = begin_again(rig, measures)
        return figures


# ---- streams -----------------------------------------------------------------------------------------------------------


def lines_of(rig):
    return {source["node"]: source["lines"] for source in rig.ask("source", "list")}


def streams(product, nodes=100, rate=20_000, accounts=10_000):
    with crowded(product, accounts, nodes) as rig:
        rig.start()
        wait_for("all accounts", lambda: knows_everybody(rig), 300, 0.5)
        rig.panel.tell(f"flow {rate}")
        wait_for("all streams", lambda: sum(lines > 0 for lines in lines_of(rig).values()) >= nodes, 120, 1)
        time.sleep(15)  # the nodes' clocks are measured, backlogs are over
        before, used, panels, begun = lines_of(rig), processor(rig.daemon), processor(rig.panel), time.monotonic()
        time.sleep(STEADY)
        used, panels = processor(rig.daemon) - used, processor(rig.panel) - panels
        after, seconds = lines_of(rig), time.monotonic() - begun
        came = sum(after[node] - before[node] for node in after)
        online = rig.ask("status")["accounts"]["online"]
        return {"of a core": used / STEADY, "lines a second": came / seconds, "accounts online": online,
                "memory": memory(rig.daemon), "the simulator, of a core": panels / STEADY}


def show(title, figures):
    print(f"{title}: " + ", ".join(f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
                                   for name, value in figures.items()), flush=True)


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--only", default="sync,restart,streams")
    parse.add_argument("--product", choices=sorted(PRODUCTS))
    parse.add_argument("--accounts", type=int, default=100_000)
    parse.add_argument("--measures", type=int, default=10_000)
    parse.add_argument("--nodes", type=int, default=100)
    parse.add_argument("--rate", type=int, default=20_000)
    options = parse.parse_args()
    for product in PRODUCTS if options.product is None else (options.product,):
        if "sync" in options.only:
            show(f"{product}, sync", sync(product, options.accounts))
        if "restart" in options.only:
            for how, figures in restart(product, options.accounts, options.measures).items():
                show(f"{product}, after a {how}", figures)
        if "streams" in options.only:
            show(f"{product}, streams", streams(product, options.nodes, options.rate))


if __name__ == "__main__":
    main()

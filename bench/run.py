#!/usr/bin/env python3
"""Measures replay against yardsticks on the same files in the same minutes, and prints ratios.

Absolute numbers belong to one machine on one day; ratios travel. Yardsticks:
  newlines  read() into 1 MiB and memchr() per line: the ceiling of one pass over a file
  mawk      the same grouping in awk; its answer and replay's are checked against the generator's
Each figure is the best of several rounds; in a round every contender runs once, pinned, after the
file was read once, so that all find it in the page cache. See docs/performance.md.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

import daemon
import firewall
import panels

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


class Run:
    """One finished process: seconds on the wall and on the CPU, peak memory, output."""

    def __init__(self, options, command, cores, clock):
        took = options.folder / "took.json"
        done = subprocess.run(
            [options.tools / "measure", ",".join(map(str, sorted(cores))), took, *command],
            stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit status {done.returncode}")
        self.output = done.stdout
        figures = json.loads(took.read_text())
        self.wall, self.cpu, self.peak = figures["wall"], figures["cpu"], figures["peak"]
        self.seconds = self.cpu if clock == "cpu" else self.wall


def intake(run):
    """Seconds from the first byte of the log to the last verdict, as the report says."""
    return json.loads(run.output)["seconds"]


class Log:
    """A generated file and its answer."""

    def __init__(self, options, name, **plan):
        self.name, self.path = name, options.folder / f"{name}.log"
        answer = options.folder / f"{name}.json"
        plan = {key: str(value) for key, value in plan.items()}
        words = [word for key, value in plan.items() for word in ("--" + key, value)]
        if not (answer.exists() and json.loads(answer.read_text()).get("plan") == plan):
            done = subprocess.run([options.tools / "perf-log", *words, "--out", self.path],
                                  check=True, stdout=subprocess.PIPE)
            answer.write_text(json.dumps({"plan": plan, **json.loads(done.stdout)}))
        self.answer = json.loads(answer.read_text())
        self.size = self.path.stat().st_size

    def warm(self):
        with open(self.path, "rb", buffering=0) as file:
            while file.read(1 << 20):
                pass


class Table:
    """The figures, each beside its goal."""

    def __init__(self):
        self.rows = []

    def add(self, figure, value, goal="", reached=None):
        self.rows.append({"figure": figure, "value": value, "goal": goal, "reached": reached})
        mark = {None: " ", True: "+", False: "-"}[reached]
        print(f"{mark} {figure:58} {value:>22}   {goal}", flush=True)


class Bench:
    def __init__(self, options):
        self.options, self.table = options, Table()
        self.cores = sorted(os.sched_getaffinity(0))
        self.one, self.two = {self.cores[-1]}, set(self.cores[-2:])

    def replay(self, log, threads=1, *more):
        return [str(self.options.fairgate), "replay", "--json", "--threads", str(threads),
                *self.options.replay_option, *more, str(log.path)]

    def contest(self, log, contenders, key=lambda run: run.seconds):
        """Runs every contender in every round; gives the run of each with the smallest key."""
        best = {}
        for _ in range(self.options.rounds):
            for name, (command, cores) in contenders.items():
                log.warm()
                run = Run(self.options, command, cores, self.options.clock)
                if name not in best or key(run) < key(best[name]):
                    best[name] = run
        return best

    def check(self, log, run):
        report = json.loads(run.output)
        for key in ("lines", "observations", "accounts"):
            if report[key] != log.answer[key]:
                sys.exit(f"{log.name}: replay says {key} {report[key]}, the truth is {log.answer[key]}")

    def rate(self, log, run):
        rate, size = log.answer["lines"] / run.seconds, log.size / run.seconds
        return f"{rate / 1e6:.2f} M/s {size / 1e6:6.0f} MB/s"

    def speed(self, log):
        """Replay against newlines and mawk, one core; then two cores against one."""
        contenders = {
            "newlines": ([str(self.options.tools / "count-newlines"), str(log.path)], self.one),
            "replay": (self.replay(log), self.one),
            "two cores": (self.replay(log, 2), self.two),
        }
        mawk = shutil.which("mawk")
        if mawk:
            contenders["mawk"] = ([mawk, "-f", str(HERE / "group.awk"), str(log.path)], self.one)
        best = self.contest(log, contenders)
        self.check(log, best["replay"])
        self.check(log, best["two cores"])
        for name in contenders:
            self.table.add(f"{log.name}: {name}", self.rate(log, best[name]))
        share = best["newlines"].seconds / best["replay"].seconds
        self.table.add(f"{log.name}: replay / newlines", f"{100 * share:.1f} %", ">= 20 %", share >= 0.2)
        if mawk:
            expected = [log.answer[key] for key in ("observations", "accounts", "pairs")]
            if [int(word) for word in best["mawk"].output.split()] != expected:
                sys.exit(f"{log.name}: mawk says {best['mawk'].output}, the truth is {expected}")
            ratio = best["mawk"].seconds / best["replay"].seconds
            self.table.add(f"{log.name}: replay / mawk", f"{ratio:.1f} x", ">= 10 x", ratio >= 10)
        if len(self.two) == 2:
            ratio = best["replay"].wall / best["two cores"].wall
            self.table.add(f"{log.name}: two cores / one (wall)", f"{ratio:.2f} x", ">= 1.7 x", ratio >= 1.7)
        self.table.add(f"{log.name}: peak RSS, one core", f"{best['replay'].peak / 1e6:.1f} MB")
        return best["replay"]

    def cover(self, log, small_log, small_run, memory):
        """A million accounts × 3 in shuffled order against the small state; bytes per pair."""
        best = self.contest(log, {"replay": (self.replay(log), self.one)})["replay"]
        self.check(log, best)
        self.table.add(f"{log.name}: replay", self.rate(log, best))
        ratio = (log.answer["lines"] / best.seconds) / (small_log.answer["lines"] / small_run.seconds)
        self.table.add(f"{log.name} / {small_log.name}", f"{ratio:.2f} x", ">= 0.5 x", ratio >= 0.5)
        each = (best.peak - memory) / log.answer["pairs"]
        self.table.add(f"{log.name}: peak RSS, and growth per pair", f"{best.peak / 1e6:.0f} MB, {each:.1f} B")

    def limits(self, log):
        """The intake with no limits configured against a hundred thousand; reading them apart."""
        path = self.options.folder / "limits.json"
        path.write_text(json.dumps({f"user_{i}": 2 + i % 5 for i in range(1, 100_001)}))
        best = self.contest(log, {
            "none": (self.replay(log), self.one),
            "many": (self.replay(log, 1, "--limits", str(path)), self.one)}, key=intake)
        self.check(log, best["many"])
        change = intake(best["many"]) / intake(best["none"]) - 1
        self.table.add(f"{log.name}: 100,000 limits instead of none, intake", f"{100 * change:+.1f} %", "<= +5 %",
                       change <= 0.05)
        reading = best["many"].seconds - intake(best["many"])
        self.table.add("reading 100,000 limits, and the start", f"{1000 * reading:.0f} ms")

    def flat(self, log, longer):
        """Memory after ten times more lines of the same accounts."""
        one = self.contest(log, {"replay": (self.replay(log), self.one)})["replay"]
        ten = self.contest(longer, {"replay": (self.replay(longer), self.one)})["replay"]
        change = ten.peak / one.peak - 1
        self.table.add(f"{log.name}: ten times more lines, peak RSS", f"{100 * change:+.1f} %", "within 5 %",
                       change <= 0.05)

    def tracker(self):
        """What only a program linked with the tracker can measure."""
        program = self.options.tools / "bench-tracker"
        if not program.exists():
            return
        best = None
        for _ in range(self.options.rounds):
            run = json.loads(Run(self.options, [str(program)], self.one, "wall").output)
            if best is None or run["judge_ms"] < best["judge_ms"]:
                best = run
        self.table.add("tables per pair, 1 M accounts × 3", f"{best['bytes_per_pair']:.1f} B", "<= 48 B",
                       best["bytes_per_pair"] <= 48)
        self.table.add("judging 20,000 active accounts", f"{best['judge_ms']:.2f} ms", "<= 5 ms",
                       best["judge_ms"] <= 5)

    def daemon(self):
        """A running daemon (daemon.py)."""
        figures = daemon.measure(self.options.tools.resolve())
        for figure, name, goal in (("idle", "idle_rss", 12), ("10,000 accounts loaded", "loaded_rss", 20),
                                   ("10,000 accounts online", "online_rss", None)):
            resident = figures[name] / 1e6
            self.table.add(f"daemon, RSS, {figure}", f"{resident:.1f} MB", f"<= {goal} MB" if goal else "",
                           resident <= goal if goal else None)
        self.table.add(f"end of the slot to the panel's order, {figures['delays']} accounts",
                       f"p50 {figures['delay_p50']:.2f} s, p99 {figures['delay_p99']:.2f} s", "p99 <= 1 s",
                       figures["delay_p99"] <= 1)

    def panels(self):
        """A daemon and a simulated panel, of each product (panels.py)."""
        panels.use(self.options.tools.resolve())
        part = 10 if self.options.quick else 1
        for product in panels.PRODUCTS:
            for how, figures in panels.restart(product, 100_000 // part, 10_000 // part).items():
                self.table.add(f"{product}, after a {how} with {100_000 // part:,} accounts, {10_000 // part:,} measures",
                               f"enforcing in {figures['enforces']:.2f} s", "<= 2 s", figures["enforces"] <= 2)
            stream = panels.streams(product, 100 // part, 20_000 // part)
            self.table.add(f"{product}, {100 // part} nodes, {stream['lines a second']:,.0f} lines/s",
                           f"{100 * stream['of a core']:.1f} % of a core", "<= 15 %", stream["of a core"] <= 0.15)

    def firewall(self):
        """Addresses refused and let through again (firewall.py)."""
        program = self.options.tools / "bench-firewall"
        if not program.exists():
            return
        for (driver, size), took in firewall.measure(self.options.tools).items():
            goal = "<= 1 s each" if size == 100_000 else ""
            self.table.add(f"{driver}, {size:,} addresses with a time",
                           f"add {took['add']:.3f} s, remove {took['remove']:.3f} s", goal,
                           max(took["add"], took["remove"]) <= 1 if goal else None)

    def sockets(self):
        """Live connections listed and cut (sockets.cpp); needs root for a namespace of its own."""
        program = self.options.tools / "bench-sockets"
        if not program.exists() or os.geteuid() != 0:
            return
        pairs, rounds = (1000, 10) if self.options.quick else (9900, 100)
        done = subprocess.run([program, str(pairs), str(rounds)], stdout=subprocess.PIPE, check=True)
        seen = json.loads(done.stdout)
        everything, ss, cut = seen["all"], seen["ss"], seen["cut"]
        count = f"{everything['sockets']:,} sockets"
        self.table.add(f"{count} listed with their bytes", f"{everything['cpu_ms']:.1f} ms of a core", "<= 50 ms (5 %)",
                       everything["cpu_ms"] <= 50)
        self.table.add(f"{count}, only one port's", f"{seen['inbound']['cpu_ms']:.1f} ms of a core")
        self.table.add(f"{count}, ss -tinH / ours", f"{ss['cpu_ms'] / everything['cpu_ms']:.1f} x")
        self.table.add(f"100 among {count} cut and looked for again",
                       f"p50 {cut['p50_ms']:.1f} ms, p99 {cut['p99_ms']:.1f} ms", "p99 <= 50 ms", cut["p99_ms"] <= 50)

    def fairness(self):
        """Generated people whose number of devices is known (tests/fairness/score.py)."""
        seeds, hours = ("1", "3") if self.options.quick else ("1-3", "6")
        done = subprocess.run(
            [sys.executable, ROOT / "tests/fairness/score.py", "--fairgate", self.options.fairgate, "--json",
             "--sim", self.options.tools / "fairgate-sim", "--seeds", seeds, "--hours", hours],
            stdout=subprocess.PIPE, check=False)
        scores = json.loads(done.stdout)
        for counting in ("overlap", "distinct"):
            score, goal = scores[counting], counting == "overlap"
            for figure, value, wanted, reached in (
                    ("honest accounts in violation", f"{score['violated']} of {score['honest']}", "0",
                     score["violated"] == 0),
                    ("sharers found", f"{score['found']} of {score['sharers']}", ">= 98 %",
                     score["found_share"] >= 0.98),
                    ("delay from the start of sharing", f"{score['delay_median']:.0f} s, p90 {score['delay_p90']:.0f} s",
                     "median <= 180 s", score["delay_median"] <= 180)):
                self.table.add(f"fairness, {counting}: {figure}", value, wanted if goal else "",
                               reached if goal else None)


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=pathlib.Path, default=ROOT / "build/release/bin", help="where the programs are")
    parser.add_argument("--fairgate", type=pathlib.Path, help="default: fairgate in --tools")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build/bench", help="for the logs (about 3.5 GB)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    parser.add_argument("--only", default="",
                        help="main1m,main10m,cover,limits,flat,tracker,daemon,panels,firewall,sockets,fairness")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall",
                        help="cpu: on a busy machine, for one-core figures")
    parser.add_argument("--replay-option", action="append", default=[], help="passed on to replay")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the figures here as well")
    parser.add_argument("--gate", action="store_true", help="exit status 1 when a goal is missed")
    options = parser.parse_args(arguments)
    options.fairgate = options.fairgate or options.tools / "fairgate"
    options.wanted = lambda name: not options.only or name in options.only.split(",")
    options.folder.mkdir(parents=True, exist_ok=True)
    return options


def main():
    options = options_of(sys.argv[1:])
    bench = Bench(options)
    part = 10 if options.quick else 1
    small = Log(options, "main1m", kind="mix", accounts=20_000 // part, lines=1_000_000 // part, minutes=60 / part)
    empty = Log(options, "empty", kind="mix", accounts=10, lines=10)
    print(f"{len(bench.cores)} cores, load {os.getloadavg()[0]:.1f}, best of {options.rounds} by {options.clock} clock")
    memory = Run(options, bench.replay(empty), bench.one, "wall").peak
    small_run = bench.speed(small) if options.wanted("main1m") else bench.contest(
        small, {"replay": (bench.replay(small), bench.one)})["replay"]
    if options.wanted("main10m") or options.wanted("limits"):
        large = Log(options, "main10m", kind="mix", accounts=100_000 // part, lines=10_000_000 // part, minutes=240)
    if options.wanted("main10m"):
        bench.speed(large)
    if options.wanted("limits"):
        bench.limits(large)
    if options.wanted("cover"):
        for name, minutes in (("cover6m", 5), ("cover6m-hours", 240)):
            bench.cover(Log(options, name, kind="cover", accounts=1_000_000 // part, minutes=minutes),
                        small, small_run, memory)
    if options.wanted("flat"):
        bench.flat(small, Log(options, "main1m-longer", kind="mix", accounts=20_000 // part,
                              lines=10_000_000 // part, minutes=600 / part))
    if options.wanted("tracker"):
        bench.tracker()
    if options.wanted("daemon"):
        bench.daemon()
    if options.wanted("panels"):
        bench.panels()
    if options.wanted("firewall"):
        bench.firewall()
    if options.wanted("sockets"):
        bench.sockets()
    if options.wanted("fairness"):
        bench.fairness()
    if options.json:
        options.json.write_text(json.dumps({"schema": "fairgate.bench/1", "figures": bench.table.rows}, indent=1))
    missed = [row["figure"] for row in bench.table.rows if row["reached"] is False]
    print(f"{len(missed)} goals missed" + "".join(f"\n  {name}" for name in missed))
    return 1 if options.gate and missed else 0


if __name__ == "__main__":
    sys.exit(main())

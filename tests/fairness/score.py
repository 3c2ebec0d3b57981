#!/usr/bin/env python3
"""Scores `fairgate replay` on generated traffic whose truth is known.

For each shape and seed: fairgate-sim writes a log, the limits and the truth; replay reads the
log and the limits; the violations it reports are held against the truth. Reported per story:
  honest   accounts in violation (each one is a person punished for nothing)
  sharers  found, and the delay from the start of sharing to `opened`
A sharer is found if a violation is open while the account is being shared (or opens within GRACE
after). A stray is a violation of a sharer at another time: an idle second device, or a mistake.
The delay runs from the start of the first sharing that lasts at least SUSTAINED.
Exit status 1: an honest account in violation, fewer than 98 % found, or a median over 3 minutes.
"""
import argparse
import collections
import ipaddress
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

GRACE = timedelta(minutes=5)  # lines written before the end of sharing may be judged after it
FOREVER = datetime.max.replace(tzinfo=timezone.utc)
SUSTAINED = timedelta(minutes=2)  # a shorter meeting could be a hand-over: no start of sharing
GOAL_FOUND, GOAL_MEDIAN = 0.98, 180.0


def time_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 10):  # 10: replay's --fail-on
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}")
    return done.stdout


def generate(options, folder, shape, seed):
    base = folder / f"{shape}-{seed}-{options.accounts}-{options.hours}-{options.networks}"
    files = {kind: base.with_suffix(base.suffix + "." + kind) for kind in ("log", "truth", "limits")}
    if not all(file.exists() for file in files.values()):
        run([options.sim, "traffic", "--seed", str(seed), "--shape", shape,
             "--accounts", str(options.accounts), "--hours", str(options.hours),
             "--networks", options.networks, "--log", str(files["log"]),
             "--truth", str(files["truth"]), "--limits", str(files["limits"])])
    return files


def make_asn_table(options, folder):
    """A table of the simulated providers alone, so that a score does not depend on the machine."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
    import make_asn_table_mmdb as mmdb

    ranges = {4: [], 6: []}
    for line in run([options.sim, "networks"]).decode().splitlines():
        prefix, asn, name = line.split("\t")
        network = ipaddress.ip_network(prefix)
        record = (("autonomous_system_number", int(asn)), ("autonomous_system_organization", name))
        ranges[network.version].append((int(network[0]), int(network[-1]), record))
    path = folder / "networks.mmdb"
    mmdb.write(str(path), sorted(ranges[4]), sorted(ranges[6]), "Fairgate-Sim", "simulated", 1)
    return path


def replay(options, files, counting):
    command = [options.fairgate, "replay", str(files["log"]), "--json",
               "--limits", str(files["limits"]), "--counting", counting, *options.replay_option]
    if options.asn != "installed":
        command += ["--asn", options.asn]
    report = json.loads(run(command))
    opened = collections.defaultdict(list)
    for violation in report["violations"]:
        opened[violation["account"]].append(violation)
    return report, opened


def judge(account, violations):
    """What came of one account: an outcome word, the delay in seconds, strays while not shared."""
    spans = sorted((time_of(v["opened"]), time_of(v["closed"]) if v.get("closed") else FOREVER) for v in violations)
    if account["honest"]:
        return ("violated" if spans else "left alone"), None, 0
    sharing = [(time_of(s["start"]), time_of(s["end"])) for s in account["sharing"]]
    hits = [(opened, closed) for opened, closed in spans
            if any(opened <= end + GRACE and closed >= start for start, end in sharing)]
    strays = len(spans) - len(hits)
    if not hits:
        return "missed", None, strays
    start = next((start for start, end in sharing if end - start >= SUSTAINED), sharing[0][0])
    late = [max(0.0, (opened - start).total_seconds()) for opened, closed in hits if closed >= start]
    return "found", late[0] if late else 0.0, strays


class Score:
    """Outcomes of one counting over everything that was run."""

    def __init__(self):
        self.stories = collections.defaultdict(lambda: {"accounts": 0, "hit": 0, "delays": [], "strays": 0})
        self.honest, self.violated, self.sharers, self.found, self.delays = 0, 0, 0, 0, []
        self.wrong = []

    def add(self, where, account, violations):
        outcome, delay, strays = judge(account, violations)
        story = self.stories[(account["honest"], account["story"])]
        story["accounts"] += 1
        story["hit"] += outcome in ("violated", "found")
        story["strays"] += strays
        if account["honest"]:
            self.honest += 1
            self.violated += outcome == "violated"
        else:
            self.sharers += 1
            self.found += outcome == "found"
        if delay is not None:
            story["delays"].append(delay)
            self.delays.append(delay)
        if outcome in ("violated", "missed"):
            self.wrong.append((where, outcome, account, violations))

    def summary(self):
        return {
            "honest": self.honest, "violated": self.violated,
            "sharers": self.sharers, "found": self.found,
            "found_share": round(self.found / self.sharers, 4) if self.sharers else None,
            "delay_median": statistics.median(self.delays) if self.delays else None,
            "delay_p90": percentile(self.delays, 0.9),
        }

    def reaches_goals(self):
        return (self.violated == 0 and self.sharers - self.found <= max(1, (1 - GOAL_FOUND) * self.sharers)
                and (not self.delays or statistics.median(self.delays) <= GOAL_MEDIAN))


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else None


def seconds(value):
    return "     -" if value is None else f"{value:6.0f}"


def show(counting, score):
    print(f"\ncounting {counting}")
    print(f"  {'story':20} {'accounts':>8} {'violated':>8} {'found':>6} {'median s':>8} {'p90 s':>6} {'strays':>6}")
    for (honest, name), story in sorted(score.stories.items(), key=lambda each: (not each[0][0], each[0][1])):
        hit = f"{story['hit']:8} {'':6}" if honest else f"{'':8} {story['hit']:6}"
        print(f"  {name:20} {story['accounts']:8} {hit}   {seconds(percentile(story['delays'], 0.5))} "
              f"{seconds(percentile(story['delays'], 0.9))} {story['strays'] or '':>6}")
    total = score.summary()
    print(f"  honest in violation {total['violated']} of {total['honest']}; sharers found {total['found']} of "
          f"{total['sharers']} ({100 * (total['found_share'] or 0):.1f} %); delay median "
          f"{seconds(total['delay_median']).strip()} s, p90 {seconds(total['delay_p90']).strip()} s")


def show_wrong(score, limit):
    for where, outcome, account, violations in score.wrong[:limit]:
        sharing = [f"{s['start'][11:19]}-{s['end'][11:19]}×{s['devices']}" for s in account["sharing"]]
        print(f"  {outcome}: {where} {account['account']} ({account['story']}, limit {account['limit']})"
              + (f" shared {' '.join(sharing)}" if sharing else ""))
        for violation in violations[:3]:
            print(f"      opened {violation['opened']} devices {violation['devices']} {violation.get('origins')}")


def numbers(text):
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fairgate", required=True, help="the program")
    parser.add_argument("--sim", required=True, help="fairgate-sim")
    parser.add_argument("--shapes", default="city,sparse,bursty,roaming")
    parser.add_argument("--seeds", type=numbers, default=[1, 2, 3], help="N or FIRST-LAST")
    parser.add_argument("--accounts", type=int, default=400)
    parser.add_argument("--hours", type=float, default=6)
    parser.add_argument("--networks", default="routed", choices=["routed", "unrouted"])
    parser.add_argument("--counting", default="overlap,distinct", help="the first one must reach the goals")
    parser.add_argument("--asn", help="MMDB for replay, or `installed`; default: of the simulated providers")
    parser.add_argument("--replay-option", action="append", default=[], help="passed on to replay")
    parser.add_argument("--folder", type=pathlib.Path, help="keep the logs here and use those that are there")
    parser.add_argument("--show", type=int, default=10, metavar="N", help="wrong outcomes to show")
    parser.add_argument("--json", action="store_true", help="print one object instead of tables")
    return parser.parse_args(arguments)


def main():
    options = options_of(sys.argv[1:])
    if subprocess.run([options.fairgate, "replay", "--help"], capture_output=True, check=False).returncode != 0:
        print(f"{options.fairgate} has no replay: nothing to score")
        return 77  # ctest counts it as skipped
    countings = options.counting.split(",")
    scores = {counting: Score() for counting in countings}
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        options.asn = options.asn or str(make_asn_table(options, folder))
        for shape in options.shapes.split(","):
            for seed in options.seeds:
                files = generate(options, folder, shape, seed)
                truth = json.loads(files["truth"].read_text())
                for counting in countings:
                    report, opened = replay(options, files, counting)
                    for account in truth["accounts"]:
                        scores[counting].add(f"{shape}/{seed}", account, opened[account["account"]])
                    if not options.json:
                        print(f"{shape:8} seed {seed:3} {counting:10} {report['lines']:9} lines "
                              f"{report['accounts']:6} accounts {len(report['violations']):6} violations",
                              flush=True)
                if not options.folder:
                    files["log"].unlink()
    if options.json:
        print(json.dumps({"schema": "fairgate.fairness/1",
                          **{counting: score.summary() for counting, score in scores.items()}}))
    else:
        for counting, score in scores.items():
            show(counting, score)
        show_wrong(scores[countings[0]], options.show)
    return 0 if scores[countings[0]].reaches_goals() else 1


if __name__ == "__main__":
    sys.exit(main())

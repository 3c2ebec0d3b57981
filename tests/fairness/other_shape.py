#!/usr/bin/env python3
"""A second generator of traffic with a known truth, written apart from src/sim/traffic so that the
counting is not fitted to one generator's habits. It takes the same arguments as fairgate-sim, so
score.py --sim tests/fairness/other_shape.py works. Here a person is a sequence of stints; what a
stint looks like (heavy-tailed pages, a line each second, one a minute), how addresses come about
(a /20 that is not aligned, operators whose IPv6 has another ASN, whole seconds, nodes whose lines
arrive late) is drawn differently there and here on purpose.
"""
import argparse
import bisect
import ipaddress
import json
import math
import random
import sys
from datetime import datetime, timedelta, timezone

# prefix, ASN, name; homes, then mobiles, then operators with pools.
HOMES = [("81.20.0.0/16", 65001, "2a10:1000::/32", 65001), ("92.64.0.0/13", 65002, "2a10:2000::/32", 65002),
         ("151.40.0.0/14", 65003, None, 0), ("5.100.0.0/17", 65004, None, 0),
         ("109.0.0.0/12", 65005, "2a10:5000::/32", 65105), ("201.16.0.0/12", 65006, "2a10:6000::/29", 65006)]
MOBILES = [("37.48.0.0/15", 65011, "2a11:1000::/32", 65011), ("178.100.0.0/15", 65012, None, 0),
           ("100.128.0.0/13", 65013, "2a11:3000::/32", 65113), ("42.200.0.0/16", 65014, "2a11:4000::/32", 65014)]
POOLS = [("95.160.0.0/14", 65021, None, 0), ("187.80.0.0/12", 65022, "2a12:2000::/32", 65022)]

# shape: median gap of a device in use, its spread, kinds of stints as weights, minutes of a stint
SHAPES = {
    "second": dict(gap=1.0, spread=0.1, kinds={"steady": 1}, stint=12, rest=15, late=0, background=0.5),
    "minute": dict(gap=35, spread=0.5, kinds={"steady": 1, "random": 2}, stint=35, rest=30, late=0, background=0.2),
    "pages": dict(gap=9, spread=0.8, kinds={"pages": 3, "random": 1}, stint=10, rest=12, late=3, background=0.8),
    "evening": dict(gap=6, spread=1.0, kinds={"pages": 1, "steady": 1, "random": 1}, stint=20, rest=15, late=2, background=0.6),
}
HONEST = ["still", "leaves_home", "leaves_often", "lift", "train", "pool_24", "pool_20", "pool_askew", "pool_sticky",
          "pool_wide", "v6_privacy", "dual_stack", "dual_operator", "mobile_dual", "household", "owner_of_two", "family_of_three"]
SHARERS = ["homes", "one_isp", "mobiles", "home_and_mobile", "pool_and_home", "v4_with_v6", "visits", "three_for_two", "resold"]


class Net:
    """One way onto the net; `source(t)` is the address a connection opened at t comes from."""

    def __init__(self, rng, provider, v6=0.0, how="fixed"):
        self.rng, self.how, self.v6 = rng, how, v6 if provider[2] else 0.0
        self.v4_net = ipaddress.ip_network(provider[0])
        size = self.v4_net.num_addresses
        self.base = int(self.v4_net[0])
        self.host = self.base + rng.randrange(256, size - 256)
        self.block = self.base + rng.randrange(0, size - 4096) // 4096 * 4096
        if how == "askew":
            self.block += 256 * rng.randrange(1, 15)
        self.hosts = [self.block + rng.randrange(4096) for _ in range(rng.randint(5, 40))]
        self.prefix = int(ipaddress.ip_network(provider[2])[0]) + (rng.getrandbits(28) << 64) if provider[2] else 0
        self.until, self.until6, self.suffix, self.prefer = 0, 0, rng.getrandbits(63), 0

    def source(self, t):
        rng = self.rng
        if self.v6 and self.choose_v6(t):
            if t >= self.until6:
                self.suffix, self.until6 = rng.getrandbits(63), t + rng.choice([60, 900, 20000])
            return "[%s]" % ipaddress.ip_address(self.prefix + self.suffix)
        if self.how == "24":
            return str(ipaddress.ip_address(self.host // 256 * 256 + rng.randrange(256)))
        if self.how in ("20", "askew"):
            return str(ipaddress.ip_address(self.block + rng.randrange(4096)))
        if self.how == "wide":
            return str(ipaddress.ip_address(self.base + rng.randrange(1 << 16)))
        if self.how == "sticky" and t >= self.until:
            self.host, self.until = rng.choice(self.hosts), t + rng.expovariate(1 / 45)
        if self.how == "phone" and t >= self.until:
            self.host = self.base + rng.randrange(256, self.v4_net.num_addresses - 256)
            self.until = t + rng.uniform(20, 200) * 60
            self.prefix = self.prefix >> 92 << 92 | rng.getrandbits(28) << 64
        return str(ipaddress.ip_address(self.host))

    def choose_v6(self, t):
        if self.v6 < 0.5:  # an application sticks to what worked
            return hash((int(t) // 20, self.host)) % 100 < 100 * self.v6
        return self.rng.random() < self.v6


def stints(rng, shape, end, eager=1.0):
    out, t = [], rng.uniform(0, 15) * 60
    while t < end:
        length = 60 * shape["stint"] * rng.lognormvariate(0, 0.7)
        out.append((t, min(end, t + max(90, length))))
        t += length + 60 * shape["rest"] / eager * rng.lognormvariate(0, 0.7)
    return out


def lines(rng, shape, stint, gap):
    """When a stint opens connections."""
    kind = rng.choices(list(shape["kinds"]), list(shape["kinds"].values()))[0]
    t, end = stint
    out = []
    while t < end:
        out.append(t)
        if kind == "steady":
            t += gap * rng.uniform(0.7, 1.3)
        elif kind == "random":
            t += rng.expovariate(1 / gap)
        else:
            out += [t + rng.uniform(0, 4) for _ in range(rng.randint(1, 20))]
            t += min(120, 2 + gap * (rng.paretovariate(1.4) - 0.5))
    return out


def device(rng, shape, party, way, when, end, gap=None):
    """way: [(from, Net, seconds both are up)] in order."""
    gap = gap or min(60, max(1, shape["gap"] * rng.lognormvariate(0, shape["spread"])))
    times = [t for stint in when for t in lines(rng, shape, stint, gap)]
    if rng.random() < shape["background"]:
        t = rng.uniform(0, 600)
        while t < end:
            times.append(t)
            t += rng.uniform(60, 900)
    starts = [each[0] for each in way]
    out = []
    for t in sorted(times):
        if t < end:
            i = max(0, bisect.bisect_right(starts, t) - 1)
            old = i > 0 and t < starts[i] + way[i][2] and rng.random() < 0.4
            out.append((t, (way[i - 1] if old else way[i])[1].source(t)))
    return party, when, out


def to_and_fro(rng, home, out, end, stay):
    way, t, inside = [(0, home, 0)], 0, True
    while t < end:
        t += 60 * rng.lognormvariate(math.log(stay), 0.6)
        inside = not inside
        way.append((t, home if inside else out, rng.choice([0, 0, 5, 15, 25])))
    return way


def live(rng, story, shape, end):
    """(limit, devices) of one account."""
    def home(provider=None, v6=0.0, how="fixed"):
        return Net(rng, provider or rng.choice(HOMES), v6, how)

    def mobile(v6=0.0):
        return Net(rng, rng.choice(MOBILES), v6, "phone")

    def one(way, party=0, eager=1.0, gap=None):
        return device(rng, shape, party, way, stints(rng, shape, end, eager), end, gap)

    share = rng.choice([0.0, 0.15, 0.6, 0.9])
    a, b = rng.sample(HOMES, 2)
    if story == "leaves_home":
        return 1, [one(to_and_fro(rng, home(v6=share), mobile(share), end, 60))]
    if story == "leaves_often":
        return 1, [one(to_and_fro(rng, home(), mobile(share), end, 9))]
    if story == "lift":  # every hour the signal comes and goes for two or three minutes
        way, wifi, cell, t = [], home(v6=share), mobile(), 0
        way.append((0, wifi, 0))
        while t < end:
            t += rng.uniform(30, 80) * 60
            for _ in range(rng.randint(1, 3)):
                way += [(t, cell, 10), (t + rng.uniform(15, 60), wifi, 5)]
                t = way[-1][0] + rng.uniform(20, 60)
        return 1, [one(way)]
    if story == "train":
        way, t, provider = [], 0, rng.choice(MOBILES)
        while t < end:
            way.append((t, Net(rng, provider, share), 8))
            t += rng.uniform(1.5, 15) * 60
        return 1, [one(way)]
    if story.startswith("pool_") and story != "pool_and_home":
        return 1, [one([(0, Net(rng, rng.choice(POOLS), 0.0, story[5:]), 0)])]
    if story == "v6_privacy":
        return 1, [one([(0, home(rng.choice([p for p in HOMES if p[2]]), 1.0), 0)])]
    if story == "dual_stack":
        return 1, [one([(0, home(rng.choice([HOMES[0], HOMES[1], HOMES[5]]), rng.choice([0.1, 0.3, 0.6, 0.9])), 0)])]
    if story == "dual_operator":  # IPv6 of another ASN of the same operator
        return 1, [one([(0, home(HOMES[4], rng.choice([0.3, 0.6, 0.9])), 0)])]
    if story == "mobile_dual":
        return 1, [one([(0, Net(rng, rng.choice([MOBILES[0], MOBILES[3]]), rng.choice([0.3, 0.7]), "phone"), 0)])]
    if story == "household":
        net = home(rng.choice([HOMES[0], HOMES[1], HOMES[5]]), share)
        return 1, [one([(0, net, 0)], 0) for _ in range(rng.randint(2, 4))]
    if story == "owner_of_two":
        net = home(v6=share)
        return 2, [one(to_and_fro(rng, net, mobile(share), end, 40)), one([(0, net, 0)], 1)]
    if story == "family_of_three":
        net = home()
        return 3, [one(to_and_fro(rng, net, mobile(), end, 40), party) for party in range(3)]
    if story == "homes":
        return 1, [one([(0, home(a, share), 0)], 0, 2), one([(0, home(b), 0)], 1, 2)]
    if story == "one_isp":
        return 1, [one([(0, home(a), 0)], 0, 2), one([(0, home(a), 0)], 1, 2)]
    if story == "mobiles":
        first, second = rng.sample(MOBILES, 2)
        return 1, [one([(0, Net(rng, p, 0.0, "phone"), 0)], i, 2) for i, p in enumerate((first, second))]
    if story == "home_and_mobile":
        return 1, [one([(0, home(v6=share), 0)], 0, 2), one([(0, mobile(), 0)], 1, 2)]
    if story == "pool_and_home":
        return 1, [one([(0, Net(rng, rng.choice(POOLS), 0.0, "20"), 0)], 0, 2), one([(0, home(), 0)], 1, 2)]
    if story == "v4_with_v6":
        return 1, [one([(0, home(HOMES[2]), 0)], 0, 2), one([(0, home(HOMES[1], 1.0), 0)], 1, 2)]
    if story == "visits":
        guest, t = [], 0
        while t < end:
            t += rng.uniform(20, 50) * 60
            guest.append((t, t + rng.uniform(4, 10) * 60))
        return 1, [one([(0, home(a), 0)], 0, 8), device(rng, dict(shape, background=0), 1, [(0, home(b), 0)], guest, end, min(shape["gap"], 12))]
    if story == "three_for_two":
        return 2, [one([(0, home(p), 0)], i, 4) for i, p in enumerate(rng.sample(HOMES, 3))]
    if story == "resold":
        return rng.randint(1, 3), [one([(0, home(rng.choice([a, a, b])), 0)], i) for i in range(10)]
    return 1, [one([(0, home(v6=share), 0)])]


def sharing(limit, devices):
    edges = sorted(edge for party, when, _ in devices for s, e in when for edge in ((s, 1, party), (e, -1, party)))
    using, out = {}, []
    for t, change, party in edges:
        before = sum(n > 0 for n in using.values())
        using[party] = using.get(party, 0) + change
        now = sum(n > 0 for n in using.values())
        if before <= limit < now:
            out.append([t, t, now])
        elif now <= limit < before:
            out[-1][1] = t
        if now > limit:
            out[-1][2] = max(out[-1][2], now)
    return [s for s in out if s[1] > s[0]]


def plain_enough(story, spans):
    longest = max((e - s for s, e, _ in spans), default=0)
    return longest >= (180 if story == "visits" else 480) and sum(e - s for s, e, _ in spans) >= 900


def main():
    if sys.argv[1:] == ["networks"]:
        for v4, asn, v6, asn6 in HOMES + MOBILES + POOLS:
            print(v4, asn, f"AS{asn}", sep="\t")
            if v6:
                print(v6, asn6, f"AS{asn6}", sep="\t")
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["traffic"])
    for name, default in (("seed", 1), ("accounts", 400), ("hours", 6.0)):
        parser.add_argument(f"--{name}", type=type(default), default=default)
    parser.add_argument("--shape", choices=SHAPES, default="evening")
    parser.add_argument("--networks", choices=["routed", "unrouted"], default="routed")
    for name in ("log", "truth", "limits"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    shape, end = SHAPES[options.shape], options.hours * 3600
    # Without ASNs nobody can tell IPv4 here with IPv6 there from one dual-stack line.
    sharers = SHARERS if options.networks == "routed" else [s for s in SHARERS if s != "v4_with_v6"]
    start = datetime(2026, 5, 4, 16, tzinfo=timezone.utc)
    rows, truth = [], []
    for i in range(options.accounts):
        rng = random.Random(f"{options.seed}/{options.shape}/{i}")
        shared = rng.random() < 0.3
        story = sharers[i % len(sharers)] if shared else HONEST[i % len(HONEST)]
        for _ in range(60):
            limit, devices = live(rng, story, shape, end)
            spans = sharing(limit, devices)
            if not shared or plain_enough(story, spans):
                break
        name = f"u{i}"
        lag = rng.uniform(0, shape["late"])
        for _, _, connections in devices:
            rows += [(t + rng.uniform(0, lag), t, source, name) for t, source in connections]
        truth.append({"account": name, "limit": limit, "story": story, "honest": not shared,
                      "sharing": [{"start": (start + timedelta(seconds=s)).isoformat(), "end": (start + timedelta(seconds=e)).isoformat(),
                                   "devices": n} for s, e, n in (spans if shared else [])]})
    rows.sort()
    with open(options.log, "w", encoding="utf-8") as log:
        for number, (_, t, source, name) in enumerate(rows):
            stamp = (start + timedelta(seconds=int(t))).strftime("%Y/%m/%d %H:%M:%S")
            log.write(f"{stamp} from {source}:{1024 + number * 7919 % 60000} accepted tcp:site{number % 97}.example:443 [in -> direct] email: {name}\n")
    with open(options.truth, "w", encoding="utf-8") as file:
        json.dump({"schema": "fairgate.truth/1", "seed": options.seed, "shape": options.shape, "accounts": truth}, file)
    with open(options.limits, "w", encoding="utf-8") as file:
        json.dump({each["account"]: each["limit"] for each in truth}, file)


if __name__ == "__main__":
    main()

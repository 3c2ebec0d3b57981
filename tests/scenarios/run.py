#!/usr/bin/env python3
"""Runs scenarios: what a log says, and what Fairgate must make of it.

A scenario is a text file an operator can read and write:

    # Why it must come out like this.
    limit eve 2                      (others: 1)
    use eve 20:00-20:05 every 7s from 81.20.4.7
    use eve 20:02:30 from [2001:db8::1]
    line 2026/03/07 20:00:01 from 81.20.4.7:4711 accepted tcp:a.example:443 [in -> direct] email: eve
    network 81.20.0.0/16 65001
    expect eve 2 devices from 20:01 to 20:03   (a violation opened in between)
    expect ann none
    method first_come                          (how devices are counted, if not by overlap)
    late ann 198.51.100.0/24                   (of first_come: who came later than the limit allows)

`use` stands for the lines of a device in use; `line` is taken as it is. Networks not named are
unknown. Times are of 7 March 2026, UTC. Usage: run.py FAIRGATE SCENARIO...
"""
import ipaddress
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

DAY = "2026-03-07"


def time_of(text):
    return datetime.fromisoformat(f"{DAY}T{text if text.count(':') == 2 else text + ':00'}").replace(tzinfo=timezone.utc)


class Scenario:
    def __init__(self, path):
        self.path, self.lines, self.limits, self.networks, self.expected = path, [], {}, [], []
        self.method, self.late = "overlap", []
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = text.split("#")[0].strip() if not text.startswith("line ") else text
            if text and not self.read(text):
                sys.exit(f"{path}:{number}: not understood: {text}")

    def read(self, text):
        word, _, rest = text.partition(" ")
        if word == "line":
            self.lines.append((datetime.strptime(rest[:19], "%Y/%m/%d %H:%M:%S").replace(tzinfo=timezone.utc), rest))
        elif match := re.fullmatch(r"limit (\S+) (\d+)", text):
            self.limits[match[1]] = int(match[2])
        elif match := re.fullmatch(r"network (\S+) (\d+)", text):
            self.networks.append((ipaddress.ip_network(match[1]), int(match[2])))
        elif match := re.fullmatch(r"use (\S+) ([\d:]+)(?:-([\d:]+) every (\d+)s)? from (\S+)", text):
            self.use(*match.groups())
        elif match := re.fullmatch(r"method (\w+)", text):
            self.method = match[1]
        elif match := re.fullmatch(r"late (\S+) (\S+)", text):
            self.late.append(match.groups())
        elif match := re.fullmatch(r"expect (\S+) none", text):
            self.expected.append((match[1], None))
        elif match := re.fullmatch(r"expect (\S+) (\d+) devices from ([\d:]+) to ([\d:]+)", text):
            self.expected.append((match[1], (int(match[2]), time_of(match[3]), time_of(match[4]))))
        else:
            return False
        return True

    def use(self, account, begin, end, gap, source):
        at = time_of(begin)
        until = time_of(end) if end else at + timedelta(seconds=1)
        while at < until:
            port = 1024 + len(self.lines) * 7919 % 60000
            self.lines.append((at, f"{at:%Y/%m/%d %H:%M:%S} from {source}:{port} accepted "
                                   f"tcp:www.example.com:443 [in -> direct] email: {account}"))
            at += timedelta(seconds=int(gap or 1))

    def table(self, folder):
        sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
        import make_asn_table_mmdb as mmdb

        ranges = {4: [], 6: []}
        for network, asn in self.networks or [(ipaddress.ip_network("192.0.2.0/24"), 64496)]:
            ranges[network.version].append((int(network[0]), int(network[-1]), (
                ("autonomous_system_number", asn), ("autonomous_system_organization", f"AS{asn}"))))
        mmdb.write(str(folder / "networks.mmdb"), sorted(ranges[4]), sorted(ranges[6]), "Scenario", "scenario", 1)
        return folder / "networks.mmdb"

    def replay(self, fairgate):
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            log = folder / "access.log"
            log.write_text("".join(line + "\n" for _, line in sorted(self.lines, key=lambda each: each[0])), encoding="utf-8")
            (folder / "limits.json").write_text(json.dumps(self.limits), encoding="utf-8")
            command = [fairgate, "replay", str(log), "--json", "--general", "1", "--counting", self.method, "--limits", str(folder / "limits.json"),
                       "--asn", str(self.table(folder))]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            return json.loads(done.stdout)

    def faults(self, fairgate):
        violations = self.replay(fairgate)["violations"]
        for account, wanted in self.expected:
            seen = [(v["devices"], datetime.fromisoformat(v["opened"].replace("Z", "+00:00")))
                    for v in violations if v["account"] == account]
            if wanted is None:
                right = not seen
            else:
                devices, begin, end = wanted
                right = any(found == devices and begin <= opened <= end for found, opened in seen)
            if not right:
                yield f"{account}: " + (", ".join(f"{n} devices opened {at:%H:%M:%S}" for n, at in seen) or "no violation")
        for account, origin in self.late:
            named = [each for v in violations if v["account"] == account for each in v["late"]]
            if named != [origin]:
                yield f"{account}: came too late: {', '.join(named) or 'nobody'}"


def main():
    failed = 0
    for name in sys.argv[2:]:
        faults = list(Scenario(pathlib.Path(name)).faults(sys.argv[1]))
        print(f"{'FAILED' if faults else 'ok':6} {pathlib.Path(name).stem}")
        for fault in faults:
            print(f"       {fault}")
        failed += bool(faults)
    return 1 if failed or len(sys.argv) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())

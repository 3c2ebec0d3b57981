"""How fast firewalls take and give back addresses, all in the same minutes (bench-firewall, firewall.cpp).

    python3 bench/firewall.py [FOLDER OF THE PROGRAMS]     the figures as JSON

Needs root for namespaces of its own; what the rules of this machine are does not matter and stays as it is. ufw
starts a program of a fifth of a second for each address, and takes longer with each, so it gets 50 and not
a thousand.
"""
import json
import pathlib
import subprocess
import sys

SIZES = (("nftables", 100_000), ("nftables", 1000), ("iptables", 1000), ("ufw", 50))
CANNOT = 77


def measure(tools, rounds=3):
    """{(driver, size): {"add": seconds, "list": …, "check": …, "remove": …}}, each the best of the rounds; None: cannot."""
    best = {}
    for _ in range(rounds):
        for driver, size in SIZES:
            if driver == "ufw" and (driver, size) in best:
                continue  # half a minute a time
            done = subprocess.run([tools / "bench-firewall", driver, str(size)], capture_output=True, text=True, check=False)
            if done.returncode == CANNOT:
                continue
            if done.returncode != 0:
                sys.exit(f"bench-firewall {driver} {size}: {done.stderr}")
            seen, known = json.loads(done.stdout), best.get((driver, size))
            best[driver, size] = {key: min(value, known[key]) if known else value for key, value in seen.items()}
    return best


def main():
    here = pathlib.Path(__file__).resolve().parent
    tools = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "build/release/bin"
    print(json.dumps({f"{driver} {size}": took for (driver, size), took in measure(tools).items()}, indent=1))


if __name__ == "__main__":
    main()

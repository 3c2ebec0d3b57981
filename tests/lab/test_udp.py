#!/usr/bin/env python3
"""mKCP on a real core: told to refuse an account, it lets a connection go on for as long as packets come. So its address
is refused in the firewall, for longer than the core waits; neighbours behind another address, or the same, go on."""
import time
import unittest

from lab import require, wait_for
from proxy import WEB_V4
from test_cut import CORE, FIREWALL, HOME, CutLab, last_growth


class Udp(unittest.TestCase):
    IDLE = 30  # seconds, of v2ray's mKCP
    STOPS_WITHIN = 10  # seconds; what is on its way within its window still comes

    def grows(self, lab, name, seconds=1.5):
        size = (lab.folder / name).stat().st_size
        time.sleep(seconds)
        return (lab.folder / name).stat().st_size > size

    def make_known(self, lab, people):
        """Comes often enough for the daemon to see that no connection of the inbound has a socket."""
        for port, host in people.values():
            lab.run(host, ["curl", "-s", "-o", "/dev/null", "--socks5-hostname", f"127.0.0.1:{port}",
                           f"http://{WEB_V4}/page?[1-10]"])
        wait_for("the inbound to be known", lambda: any(
            row["sight"] == "none" for row in lab.ask("session", "inbounds")), 30)
        for name, (port, host) in people.items():
            lab.download(port, f"{name}-kcp", ":81/", to=lab.folder / name, host=host)
        for name in people:
            wait_for(f"{name}'s download to run", lambda path=lab.folder / name: path.exists() and path.stat().st_size, 10)
        time.sleep(1)  # its line is read

    def refused(self, lab):
        return lab.run(lab.server, ["nft", "list", "table", "inet", "fairgate"], check=False)

    def block(self, lab, account):
        lab.ask("decision", "add", account, "--for", "10m", "--yes")
        return wait_for("what is said of UDP", lambda: [
            row for row in lab.ask("decision", "list") if row["account"] == account and row["action"] == "refuse"], 5)[0]

    def test_a_connection_over_udp_stops_and_neighbours_go_on(self):
        with CutLab(CORE + FIREWALL + f'udp_idle = "{self.IDLE + 5}s"\n', ["alice", "bob", "carol", "dave"]) as lab:
            own, other = lab.host("own", "203.0.113.99"), lab.host("other", "198.51.100.88")
            where = {"alice": own, "bob": other, "carol": lab.home, "dave": lab.home}
            people = {name: (lab.person(name, "vmess", carrier="kcp", host=host), host) for name, host in where.items()}
            self.make_known(lab, people)

            shared = self.block(lab, "carol")
            self.assertEqual(shared["state"], "warned")
            self.assertIn(f"{HOME[0]} is used by dave too", shared["reason"])
            self.assertNotIn(HOME[0], self.refused(lab))

            refusal = self.block(lab, "alice")
            ordered = time.monotonic()
            self.assertEqual(refusal["state"], "in_force")
            self.assertIn("203.0.113.99", self.refused(lab))
            watched = 12
            last = last_growth({name: lab.folder / name for name in ("alice", "bob", "dave")}, watched)
            print(f"mKCP stood still {last['alice'] - ordered:.1f} s after the block", flush=True)
            self.assertLess(last["alice"] - ordered, self.STOPS_WITHIN)
            for name in ("bob", "dave"):
                self.assertGreater(last[name] - ordered, watched - 1, name)

            # It never comes back to life: it is refused for longer than the core keeps it.
            wait_for("the refusal to end", lambda: "203.0.113.99" not in self.refused(lab), self.IDLE + 20, every=0.5)
            self.assertGreater(time.monotonic() - ordered, self.IDLE)
            self.assertFalse(self.grows(lab, "alice", 3))

            # Taken back, it is let in at once: the block, and what was refused because of it.
            lab.ask("undo", "--account", "alice", "--yes")
            port, host = people["alice"]
            wait_for("alice to be let in", lambda: lab.reaches(port, host), 15)
            time.sleep(1)
            self.block(lab, "alice")
            wait_for("alice to be refused again", lambda: "203.0.113.99" in self.refused(lab), 5)
            undone = lab.ask("undo", "--last", "--yes")["undone"]
            self.assertEqual(len(undone), 2, undone)
            wait_for("alice's address to be free", lambda: "203.0.113.99" not in self.refused(lab), 5)
            wait_for("alice to be let in again", lambda: lab.reaches(port, host), 15)


if __name__ == "__main__":
    require("v2ray", "curl", "ss", "nft")
    unittest.main()

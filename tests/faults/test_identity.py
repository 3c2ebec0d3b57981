#!/usr/bin/env python3
"""One person with an account on each of three panels, seen on ten nodes: counted once, each account acted on by its own
panel, and given back. Somebody with the same habits whom no rule names is two people."""
import datetime
import unittest

from rig import Panel, Rig, wait_for

BACKEND = """
[[backend]]
name = "{name}"
type = "{product}"
url = "{url}"
username = "fairgate"
password_file = "{folder}/password"
"""
SOURCE = """
[[source]]
name = "{node}"
path = "{folder}/{node}.log"
backend = "{backend}"
{names}node = "{node}"
zone = "UTC"
start = "beginning"
"""
NODES = {"main": ["n1", "n2", "n3", "n4"], "second": ["n5", "n6", "n7"], "third": ["n8", "n9", "n10"]}
PERSON = {"main": "ali", "second": "Ali.2", "third": "reza"}
HOMES = {"main": "203.0.113.10", "second": "198.51.100.20", "third": "203.0.113.10"}


class Identity(unittest.TestCase):
    def write_logs(self, rig, panels):
        """The last three minutes: each account at one home, on all nodes of its panel in turn; and sara at two panels."""
        now = datetime.datetime.now(datetime.timezone.utc)
        for backend, nodes in NODES.items():
            files = [open(rig.folder / f"{node}.log", "w", encoding="ascii") for node in nodes]
            for number, seconds in enumerate(range(180, 0, -5)):
                at = now - datetime.timedelta(seconds=seconds)
                for name in (PERSON[backend], "sara"):
                    files[number % len(files)].write(
                        f"{at:%Y/%m/%d %H:%M:%S.%f} from {HOMES[backend]}:40000 accepted tcp:example.com:443 "
                        f"[in -> direct] email: {panels[backend].emails[name]}\n")
            for file in files:
                file.close()

    def config_of(self, rig, panels):
        text = "\n[breaker]\nmost_blocks = 1\nshare = 0.0\n"  # it counts people, not accounts
        for backend, product in (("second", "marzban"), ("third", "pasarguard")):
            text += BACKEND.format(name=backend, product=product, url=panels[backend].url, folder=rig.folder)
        for backend, nodes in NODES.items():
            for node in nodes:
                text += SOURCE.format(node=node, folder=rig.folder, backend=backend,
                                      names="" if backend == "second" else 'names = "pasarguard"\n')
        accounts = ", ".join(f'"{backend}/{name}"' for backend, name in PERSON.items())
        return text + f"\n[[identity]]\naccounts = [{accounts}]\n"

    def test_three_accounts_of_one_person_are_one_count_and_three_measures(self):
        with Rig(names=(PERSON["main"], "sara"), mode="enforce", block="15s") as rig:
            panels = {"main": rig.panel, "second": Panel((PERSON["second"], "sara"), "--marzban"),
                      "third": Panel((PERSON["third"], "sara"))}
            self.addCleanup(panels["second"].end)
            self.addCleanup(panels["third"].end)
            rig.write_config(self.config_of(rig, panels))
            self.write_logs(rig, panels)
            rig.start()
            for backend, name in PERSON.items():
                panels[backend].wait_for(name, "disabled", 40)

            decisions = rig.ask("decision", "list")
            self.assertEqual({(row["backend"], row["account"]) for row in decisions}, set(PERSON.items()))
            why = rig.run("why", f"main/{PERSON['main']}").stdout
            self.assertIn("2 devices at once, limit 1", why)
            self.assertIn("second/Ali.2", why)
            shown = rig.ask("account", "show", f"third/{PERSON['third']}")
            self.assertEqual(set(shown["same_person"]), {"main/ali", "second/Ali.2"})
            nodes = {node for device in shown["evidence"]["counted"] for node in device["nodes"]}
            panels_seen = [backend for backend, own in NODES.items() if nodes & set(own)]
            self.assertGreater(len(panels_seen), 1, nodes)
            for panel in panels.values():
                self.assertEqual(panel.status("sara"), "active")

            for backend, name in PERSON.items():
                panels[backend].wait_for(name, "active", 40)
            wait_for("all to be lifted", lambda: rig.states() == ["lifted"] * 3)


if __name__ == "__main__":
    unittest.main()

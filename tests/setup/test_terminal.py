#!/usr/bin/env python3
"""`fairgate setup` at a pseudo-terminal, against simulated panels and a core: what a person sees, and what is written."""
import json
import os
import signal
import stat
import unittest

from setup_world import PASSWORD, World

LOGIN = ("Administrator", "fairgate"), ("not shown", PASSWORD)
REST = ("Devices at once", ""), ("More, with commas", "203.0.113.9"), ("Write it", "")


class Walk(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.end)

    def saved(self):
        return self.world.file.read_text()

    def mode(self, name):
        return stat.S_IMODE((self.world.file.parent / name).stat().st_mode)

    def nothing_is_written(self):
        self.assertFalse(self.world.file.exists())

    def test_from_nothing_to_a_configuration_with_each_mistake_on_the_way(self):
        tls = self.world.certificate()
        panel = self.world.panel(tls=tls)
        panel.order("node berlin")
        person = self.world.person()
        person.answer("Address of the panel", "?")
        self.assertIn("https://panel.example.com:8443", person.answer("Address of the panel", "127.0.0.1:1"))
        said = person.answer("Address of the panel", "name.invalid")
        self.assertIn("FG-NET-003", said)
        self.assertIn("nothing listens there", said)
        said = person.answer("Address of the panel", panel.url + "/dashboard/#/login")
        self.assertIn("FG-NET-002", said)
        said = person.answer("exactly this one", "no")
        for part in ("panel.example.com", "signed by itself", "valid until", tls[2]):
            self.assertIn(part, said)
        self.assertIn("FG-SET-004", person.answer("Address of the panel", ""))
        person.answers(("exactly this one", "back"), ("Address of the panel", ""), ("exactly this one", "no"))
        self.assertIn("FG-SET-004", person.answer("Address of the panel", ""))
        person.answer("exactly this one", "yes")
        person.answer("Administrator", "fairgate")
        person.asked("not shown")
        self.assertFalse(person.echoes())
        person.type("not-the-password")
        said = person.answer("Administrator", "")
        self.assertTrue(person.echoes())
        self.assertIn("FG-PG-001", said)
        self.assertIn("Answer again", said)
        person.answer("not shown", PASSWORD)
        said = person.answer("Devices at once", "many")
        for part in ("PasarGuard 5.2.1 · 1 node · 2 users", "clock skew 0.", "berlin: ", "No log of the last hour"):
            self.assertIn(part, said)
        self.assertIn("FG-SET-003", person.answer("Devices at once", "3"))
        said = person.answer("More, with commas", "office")
        self.assertIn("198.51.100.7: this SSH session", said)
        person.answer("More, with commas", "203.0.113.9, 2001:db8::/32")
        said = person.answer("Write it", "")
        self.assertIn("shadow, it watches and blocks nobody", said)
        self.assertIn("+general = 3", said)
        self.assertEqual(person.finish(), 0, person.text)
        for part in ("Next:", "fairgate daemon --config", "fairgate status", "preview enforce", "To undo:", "rm "):
            self.assertIn(part, person.text)
        self.assertNotIn(PASSWORD, person.text)
        self.assertNotIn("not-the-password", person.text)
        self.assertNotIn("\x1b", person.text, "NO_COLOR is respected")
        self.assertEqual(self.world.check().returncode, 0)
        for part in ('global = "shadow"', "general = 3", '"198.51.100.7", "203.0.113.9", "2001:db8::/32"', 'type = "pasarguard"',
                     tls[2].replace(":", "").lower()):
            self.assertIn(part, self.saved())
        self.assertNotIn(PASSWORD, self.saved())
        self.assertEqual((self.world.file.parent / "main-password").read_text(), PASSWORD + "\n")
        self.assertEqual(self.mode("main-password") & 0o007, 0)
        self.assertEqual(self.mode("fairgate.toml") & 0o007, 0)
        self.assertEqual(sorted(path.name for path in self.world.file.parent.iterdir()), ["fairgate.toml", "main-password"])

    def test_a_marzban_is_told_from_a_pasarguard(self):
        panel = self.world.panel("--marzban")
        person = self.world.person()
        person.answers(("Address of the panel", panel.url), *LOGIN)
        self.assertIn("Marzban 0.8.4", person.answers(*REST))
        self.assertEqual(person.finish(), 0, person.text)
        self.assertIn('type = "marzban"', self.saved())

    def test_an_expired_certificate_says_so_before_it_is_trusted(self):
        panel = self.world.panel(tls=self.world.certificate(-1))
        person = self.world.person()
        person.answer("Address of the panel", panel.url)
        self.assertIn("EXPIRED on", person.answer("exactly this one", "no"))
        person.answer("Address of the panel", "none")
        person.kill(signal.SIGTERM)
        self.nothing_is_written()

    def test_a_page_instead_of_an_answer_and_a_panel_that_hangs(self):
        panel = self.world.panel()
        person = self.world.person()
        person.answer("Address of the panel", panel.url)
        panel.order("fault html POST / -1")
        person.answer("Administrator", "back")
        person.answer("Address of the panel", panel.url + "/elsewhere")
        person.answers(*LOGIN)
        self.assertIn("Something else than the panel answered", person.answer("Address of the panel", panel.url))
        person.answers(*LOGIN)
        self.assertIn("Something else than the panel answered", person.asked("Address of the panel"))
        panel.order("clear")
        panel.order("fault hang POST / -1")
        person.type("")
        person.answers(*LOGIN)
        self.assertIn("FG-NET-006", person.asked("Address of the panel"))
        panel.order("fault hang GET / -1")
        person.type("")
        self.assertIn("FG-NET-006", person.asked("Address of the panel"))
        panel.order("clear")
        person.type("")
        person.answers(*LOGIN, *REST)
        self.assertEqual(person.finish(), 0, person.text)

    def test_an_account_without_the_logs_is_asked_about(self):
        for words in ((), ("--marzban",)):
            panel = self.world.panel(*words)
            panel.order("node berlin")
            panel.order("admin seller seller-password")
            person = self.world.person()
            person.answers(("Address of the panel", panel.url), ("Administrator", "seller"), ("not shown", "seller-password"))
            self.assertIn("-403)", person.answer("Go on without the logs", "no"))
            person.answers(*LOGIN)
            person.answer("Devices at once", "back")
            person.answer("Address of the panel", panel.url)
            person.answers(("Administrator", "seller"), ("not shown", "seller-password"), ("Go on without the logs", "yes"))
            person.asked("Access log to watch")
            person.kill()
            person.finish()
            for path in self.world.file.parent.iterdir():
                path.unlink()

    def test_a_killed_run_goes_on_where_it_was(self):
        panel = self.world.panel()
        person = self.world.person()
        person.answers(("Address of the panel", panel.url), *LOGIN, ("Devices at once", "4"))
        person.asked("More, with commas")
        person.kill()
        self.assertEqual(person.finish(), -signal.SIGKILL)
        self.nothing_is_written()
        kept = self.world.file.parent / ".fairgate.toml.setup"
        self.assertEqual(self.mode(kept.name), 0o600)
        self.assertEqual(self.mode(kept.name + "-secret"), 0o600)
        self.assertNotIn(PASSWORD, kept.read_text())
        self.assertEqual(json.loads(kept.read_text())["limit"]["general"], 4)
        person = self.world.person()
        said = person.answers(("Go on where you were", ""), ("More, with commas", "back"), ("Devices at once", ""))
        self.assertNotIn("Address of the panel", said)
        person.answers(("More, with commas", ""), ("Write it", "no"))
        self.assertEqual(person.finish(), 0, person.text)
        self.nothing_is_written()
        person = self.world.person()
        person.answers(("Go on where you were", ""), ("Write it", "back"), ("More, with commas", ""), ("Write it", ""))
        self.assertEqual(person.finish(), 0, person.text)
        self.assertEqual((self.world.file.parent / "main-password").read_text(), PASSWORD + "\n")
        self.assertFalse(kept.exists())

    def test_an_interrupt_leaves_the_terminal_as_it_was(self):
        panel = self.world.panel()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            person = self.world.person()
            person.answers(("Address of the panel", panel.url), ("Administrator", "fairgate"))
            person.asked("not shown")
            self.assertFalse(person.echoes())
            person.kill(number)
            self.assertEqual(person.finish(), -number)
            self.assertTrue(person.echoes())
            self.assertEqual("to go on" in person.text, number == signal.SIGINT)
        self.nothing_is_written()

    def test_the_end_of_the_input_ends_it(self):
        person = self.world.person()
        person.asked("Address of the panel")
        os.write(person.terminal, b"\x04")
        self.assertEqual(person.finish(), 130, person.text)
        self.assertIn("FG-SET-009", person.text)

    def test_an_existing_file_keeps_comments_and_settings(self):
        before = '# mine\n[limits]\ngeneral = 4  # as sold\n[limits.accounts]\nali = 9\n\n[log]\nlevel = "debug"\n'
        self.world.file.parent.mkdir()
        self.world.file.write_text(before)
        panel = self.world.panel()
        person = self.world.person()
        person.answers(("Address of the panel", panel.url), *LOGIN)
        self.assertIn("[4]", person.answer("Devices at once", "3"))
        said = person.answers(("More, with commas", ""), ("Write it", ""))
        self.assertIn("-general = 4  # as sold", said)
        self.assertEqual(person.finish(), 0, person.text)
        self.assertTrue(self.saved().startswith(before.replace("= 4", "= 3")))
        kept = [path for path in self.world.file.parent.iterdir() if ".before-setup-" in path.name]
        self.assertEqual([path.read_text() for path in kept], [before])
        self.assertIn(f"mv {kept[0]} {self.world.file}", person.text)

    def test_a_form_that_cannot_be_extended_is_asked_about(self):
        before = "limits = { general = 4, tolerance = 1 } # mine\n"
        self.world.file.parent.mkdir()
        self.world.file.write_text(before)
        person = self.world.person("--only", "limit")
        person.answer("Devices at once", "2")
        said = person.answer("Put it into the place", "")
        self.assertIn("-limits = {", said)
        self.assertEqual(person.finish(), 0)
        self.assertEqual(self.saved(), before)
        self.assertIn("tolerance = 1", (self.world.file.parent / "fairgate.toml.new").read_text())
        person = self.world.person("--only", "limit")
        person.answers(("Devices at once", "2"), ("Put it into the place", "yes"))
        self.assertEqual(person.finish(), 0)
        self.assertEqual(self.world.check().returncode, 0)
        self.assertIn("general = 2", self.saved())

    def test_a_log_and_a_core_without_a_panel(self):
        log, core = self.world.log(), self.world.core()
        (self.world.machine / "usr/sbin").mkdir(parents=True)
        (self.world.machine / "usr/sbin/nft").touch()
        person = self.world.person()
        person.answer("Address of the panel", "")
        self.assertIn("nftables (sure)", person.text)
        person.answer("core's API", "127.0.0.1:1")
        self.assertIn("FG-NET-003", person.answer("core's API", core.api))
        self.assertIn("Xray", person.answer("Access log to watch", str(self.world.folder)))
        self.assertIn("it is no file", person.answer("Access log to watch", str(log)))
        said = person.answer("Devices at once", "1")
        self.assertIn("1 device: 1 of 2 accounts seen in the last 10 min is above that", said)
        person.answer("More, with commas", "")
        self.assertIn("nftables: found the program nft", person.answer("Refuse addresses by", "2"))
        self.assertIn("CAP_NET_ADMIN", person.answer("Write it", ""))
        self.assertEqual(person.finish(), 0, person.text)
        for part in ('driver = "nftables"', 'type = "xray"', f'api = "{core.api}"', f'path = "{log}"', 'backend = "core"'):
            self.assertIn(part, self.saved())
        self.assertEqual(self.world.check().returncode, 0)

    def test_dry_run_writes_nothing_and_needs_no_right_to(self):
        panel = self.world.panel()
        person = self.world.person("--dry-run")
        person.answers(("Address of the panel", panel.url), *LOGIN, *REST[:2])
        self.assertEqual(person.finish(), 0, person.text)
        self.assertIn("Nothing was written", person.text)
        self.assertFalse(self.world.file.parent.exists())


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""`fairgate setup` without a person: answers from a file and from the environment, the same tests, and nothing half done."""
import json
import subprocess
import unittest

from setup_world import BINARIES, PASSWORD, World


class Unattended(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.end)
        self.answers = self.world.folder / "answers.toml"
        self.password = self.world.folder / "password"
        self.password.write_text(PASSWORD + "\n")
        self.password.chmod(0o600)

    def write(self, url, more=""):
        self.answers.write_text(f'[panel]\nurl = "{url}"\nusername = "fairgate"\npassword_file = "{self.password}"\n{more}')

    def refused(self, ran, code, status):
        self.assertEqual(ran.returncode, status, ran.stderr)
        self.assertIn(code, ran.stderr)
        self.assertNotIn(PASSWORD, ran.stdout + ran.stderr)
        self.assertFalse(self.world.file.parent.exists(), "nothing is written")

    def test_no_terminal_and_no_answers(self):
        ran = self.world.run()
        self.refused(ran, "FG-SET-001", 2)
        self.assertIn("--from answers.toml", ran.stderr)

    def test_a_file_of_answers_is_enough(self):
        tls = self.world.certificate()
        panel = self.world.panel(tls=tls)
        self.write(panel.url, f'certificate = "{tls[2]}"\n[limit]\ngeneral = 3\n[protect]\naddresses = ["203.0.113.7"]\n')
        ran = self.world.run("--from", self.answers, "--json")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        result = json.loads(ran.stdout)
        self.assertEqual(result["schema"], "fairgate.setup/1")
        self.assertTrue(result["data"]["written"])
        self.assertEqual(result["data"]["answers"]["panel"]["type"], "pasarguard")
        self.assertIn("version", {line["name"] for line in result["data"]["tests"]})
        self.assertNotIn(PASSWORD, ran.stdout + ran.stderr)
        self.assertEqual(self.world.check().returncode, 0)
        self.assertIn("general = 3", self.world.file.read_text())
        before = sorted(path.name for path in self.world.file.parent.iterdir())
        ran = self.world.run("--from", self.answers)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(sorted(path.name for path in self.world.file.parent.iterdir()), before, "again: no change")

    def test_a_certificate_that_was_not_named_is_not_trusted(self):
        panel = self.world.panel(tls=self.world.certificate())
        for certificate in ("", 'certificate = "yes"\n', f'certificate = "{"00:" * 31}00"\n'):
            self.write(panel.url, certificate)
            self.refused(self.world.run("--from", self.answers), "FG-SET-004", 5)

    def test_the_first_answer_that_fails_ends_it(self):
        panel = self.world.panel()
        self.write("http://127.0.0.1:1")
        self.refused(self.world.run("--from", self.answers), "FG-NET-003", 6)
        self.write(panel.url, '[limit]\ngeneral = "lots"\n')
        self.refused(self.world.run("--from", self.answers), "FG-SET-003", 2)
        self.write(panel.url)
        wrong = {"FAIRGATE_SETUP_PANEL_PASSWORD": "wrong-password"}
        ran = self.world.run("--from", self.answers, environment=wrong)
        self.refused(ran, "FG-PG-001", 5)
        self.assertNotIn("wrong-password", ran.stderr)
        panel.order("admin seller seller-password")
        seller = {"FAIRGATE_SETUP_PANEL_PASSWORD": "seller-password", "FAIRGATE_SETUP_PANEL_USERNAME": "seller"}
        self.refused(self.world.run("--from", self.answers, environment=seller), "FG-PG-403", 5)

    def test_a_file_of_answers_that_is_wrong_is_refused_whole(self):
        self.answers.write_text("[panel]\nplace = 'x'\npassword = 'secret-text'\n")
        ran = self.world.run("--from", self.answers)
        self.refused(ran, "FG-SET-013", 2)
        for part in ("panel.place", "panel.password is a secret", "line 2"):
            self.assertIn(part, ran.stderr)
        self.assertNotIn("secret-text", ran.stderr)

    def test_the_environment_alone_is_enough(self):
        panel = self.world.panel("--marzban")
        ran = self.world.run("--non-interactive", environment={
            "FAIRGATE_SETUP_PANEL_URL": panel.url, "FAIRGATE_SETUP_PANEL_USERNAME": "fairgate",
            "FAIRGATE_SETUP_PANEL_PASSWORD": PASSWORD, "FAIRGATE_SETUP_LIMIT_GENERAL": "none"})
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn('type = "marzban"', self.world.file.read_text())
        self.assertNotIn("general", self.world.file.read_text())

    def test_nothing_to_watch_is_refused(self):
        self.refused(self.world.run("--non-interactive"), "FG-SET-012", 2)

    def test_a_log_and_a_core(self):
        log, core = self.world.log(), self.world.core()
        environment = {"FAIRGATE_SETUP_LOG_PATH": str(log), "FAIRGATE_SETUP_CORE_API": core.api}
        ran = self.world.run("--non-interactive", environment=environment)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("2 devices: 0 of 2 accounts", ran.stderr)
        self.assertIn('backend = "core"', self.world.file.read_text())

    def test_an_old_core_needs_its_file(self):
        core = self.world.core("24.9")
        environment = {"FAIRGATE_SETUP_CORE_API": core.api}
        self.refused(self.world.run("--non-interactive", environment=environment), "FG-XRY-005", 1)

    def test_what_clashes_with_other_files_is_not_written(self):
        panel = self.world.panel()
        self.write(panel.url)
        folder = self.world.file.parent
        folder.mkdir()
        secrets = folder / "secrets.toml"
        self.world.file.write_text('[[backend]]\nname = "main"\ntype = "pasarguard"\nurl = "%s"\nusername = "x"\n' % panel.url)
        secrets.write_text('[[backend]]\nname = "main"\npassword = "x"\n')
        secrets.chmod(0o600)
        ran = self.world.run("--from", self.answers)
        self.assertEqual(ran.returncode, 9, ran.stderr)
        self.assertIn("FG-SET-008", ran.stderr)
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["fairgate.toml", "secrets.toml"])

    def test_a_faulty_configuration_is_not_extended(self):
        self.world.file.parent.mkdir()
        self.world.file.write_text("[limits]\ngenral = 2\n")
        ran = self.world.run("--non-interactive")
        self.assertEqual(ran.returncode, 9, ran.stderr)
        self.assertIn("FG-SET-005", ran.stderr)

    def test_the_written_configuration_starts_a_daemon(self):
        panel = self.world.panel()
        panel.order("node berlin")
        self.write(panel.url)
        self.assertEqual(self.world.run("--from", self.answers).returncode, 0)
        socket = self.world.folder / "api.sock"
        daemon = subprocess.Popen(
            [BINARIES / "fairgate", "daemon", "--config", self.world.file, "--set", f"daemon.socket={socket}",
             "--set", f"daemon.state_dir={self.world.folder / 'state'}"], stderr=subprocess.PIPE, text=True)
        try:
            while "the API is on" not in (line := daemon.stderr.readline()):
                self.assertTrue(line, "the daemon ended")
            ran = subprocess.run([BINARIES / "fairgate", "status", "--json", "--socket", socket],
                                 capture_output=True, text=True, timeout=20)
            self.assertEqual(json.loads(ran.stdout)["data"]["mode"], "shadow")
        finally:
            daemon.terminate()
            daemon.communicate()


if __name__ == "__main__":
    unittest.main()

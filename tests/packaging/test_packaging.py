#!/usr/bin/env python3
"""The systemd unit as systemd itself judges it, and what `cmake --install` puts where.

usage: test_packaging.py BUILD_FOLDER
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev")
SKIPPED = 77
MOST_EXPOSED = "20"  # of 100, in systemd's own measure


def analyze(*words):
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=60, check=False)


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not there")
class Unit(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.unit = pathlib.Path(self.folder.name, "fairgate.service")
        text = (BUILD / "packaging/fairgate.service").read_text()
        # The program that was built stands for the one that will be installed.
        self.unit.write_text(re.sub(r"=\S+/fairgate ", f"={(BUILD / 'bin/fairgate').resolve()} ", text))

    def test_systemd_finds_no_fault_in_it(self):
        ran = analyze("verify", "--man=no", str(self.unit))
        faults = [line for line in ran.stderr.splitlines() if "fairgate" in line]
        self.assertEqual((ran.returncode, faults), (0, []), ran.stderr)

    def test_it_gives_the_daemon_no_right_that_it_does_not_need(self):
        ran = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(self.unit))
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)


class Install(unittest.TestCase):
    def test_everything_is_where_it_is_looked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], check=True, capture_output=True,
                           env=dict(os.environ, DESTDIR=folder), timeout=120)
            for path in ("bin/fairgate", "lib/systemd/system/fairgate.service", "lib/sysusers.d/fairgate.conf",
                         "share/fairgate/fairgate.toml", "share/man/man1/fairgate.1",
                         "share/fairgate/fail2ban/jail.d/fairgate.conf",
                         "share/bash-completion/completions/fairgate", "share/zsh/site-functions/_fairgate",
                         "share/fish/vendor_completions.d/fairgate.fish"):
                self.assertTrue(pathlib.Path(folder, "usr", path).is_file(), path)


if __name__ == "__main__":
    unittest.main()

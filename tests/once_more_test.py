#!/usr/bin/env python3
"""once_more.py forgives one failure, tells of it, and forgives no second."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("once_more.py")


class OnceMore(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.log = pathlib.Path(self.folder.name) / "log"
        self.tries = pathlib.Path(self.folder.name) / "tries"

    def run_with(self, codes, seconds=10):
        """A test that ends with these codes, one after the other."""
        program = ("import pathlib, sys; tries = pathlib.Path(sys.argv[1]); n = len(tries.read_text()) if tries.exists() "
                   "else 0; tries.write_text('x' * (n + 1)); sys.exit(int(sys.argv[2].split(',')[n]))")
        return subprocess.run([sys.executable, SCRIPT, str(seconds), "lab: udp", self.log, sys.executable, "-c", program,
                               self.tries, ",".join(map(str, codes))], capture_output=True, text=True).returncode

    def test_what_passes_is_run_once_and_not_told(self):
        self.assertEqual(self.run_with([0, 1]), 0)
        self.assertFalse(self.log.exists())

    def test_what_passes_the_second_time_is_told(self):
        self.assertEqual(self.run_with([1, 0]), 0)
        self.assertEqual(self.log.read_text(), "lab: udp: passed only the second time\n")

    def test_what_fails_twice_has_failed(self):
        self.assertEqual(self.run_with([1, 3]), 3)
        self.assertFalse(self.log.exists())

    def test_what_is_skipped_stays_skipped(self):
        self.assertEqual(self.run_with([77]), 77)

    def test_what_hangs_is_ended(self):
        hang = [sys.executable, SCRIPT, "1", "x", self.log, "sleep", "30"]
        self.assertEqual(subprocess.run(hang, capture_output=True).returncode, 124)


if __name__ == "__main__":
    unittest.main()

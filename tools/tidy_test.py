#!/usr/bin/env python3
"""tidy.py with a clang-tidy of our own that complains of words: `bad` is a finding, and two files
with `same` do not compile as one."""
import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest

import tidy

FAKE = """#!/usr/bin/env python3
import pathlib, re, sys
read = pathlib.Path(sys.argv[sys.argv.index("--") - 1])
files = [pathlib.Path(f) for f in re.findall(r'#include "(/.*?)"', read.read_text())] or [read]
with open("CALLS", "a") as calls:
    calls.write(f"{len(files)}\\n")
same = [f for f in files if "same" in f.read_text()]
for file in same[1:]:
    print(f"{file}:1:1: error: redefinition [clang-diagnostic-error]")
bad = [f for f in files if "bad" in f.read_text()]
for file in bad:
    print(f"{file}:1:1: error: bad [some-check]")
if any("worse" in f.read_text() for f in files):
    print("/usr/include/else.hpp:1:1: error: in a header [some-check]")
    bad = True
sys.exit(1 if bad or same[1:] else 0)
"""


class Tidy(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.root = pathlib.Path(held.name).resolve()
        (self.root / "build").mkdir()
        (self.root / ".clang-tidy").write_text("Checks: x\n")
        self.calls = self.root / "build/calls"
        fake = self.root / "build/fake"
        fake.write_text(FAKE.replace("CALLS", str(self.calls)))
        fake.chmod(0o755)
        self.before = tidy.ROOT, tidy.TIDY, os.environ.get("XDG_CACHE_HOME")
        tidy.ROOT, tidy.TIDY = self.root, str(fake)
        os.environ["XDG_CACHE_HOME"] = str(self.root / "build/cache")

    def tearDown(self):
        tidy.ROOT, tidy.TIDY, home = self.before
        os.environ.pop("XDG_CACHE_HOME")
        if home is not None:
            os.environ["XDG_CACHE_HOME"] = home

    def write(self, build="build", **texts):
        entries = []
        for name, text in texts.items():
            path = self.root / "src/a" / f"{name}.cpp"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            entries.append({"file": str(path), "command": f"clang++ -O1 -o {name}.o -c {path}"})
        (self.root / build).mkdir(exist_ok=True)
        (self.root / build / "compile_commands.json").write_text(json.dumps(entries))

    def run_it(self, *more):
        """What it printed, its exit code, and how many files each call of clang-tidy was given."""
        self.calls.write_text("")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = tidy.main(["--build", str(self.root / "build"), "--jobs", "1", *more])
        return printed.getvalue(), code, [int(line) for line in self.calls.read_text().split()]

    def test_clean_files_are_read_as_one_and_not_again(self):
        self.write(one="", two="", three="")
        self.assertEqual(self.run_it()[1:], (0, [3]))
        self.assertEqual(self.run_it()[1:], (0, []))

    def test_a_changed_file_is_read_again(self):
        self.write(one="", two="")
        self.run_it()
        self.write(one="", two="// more")
        self.assertEqual(self.run_it()[1:], (0, [1]))

    def test_a_changed_header_is_seen_in_the_files_that_reach_it(self):
        (self.root / "src/a").mkdir(parents=True)
        header = self.root / "src/a/a.hpp"
        header.write_text("")
        self.write(one='#include "a/a.hpp"', two="")
        self.run_it()
        header.write_text("// more")
        self.assertEqual(self.run_it()[1:], (0, [1]))

    def test_a_finding_is_told_once_and_the_others_have_passed(self):
        self.write(one="", two="bad", three="")
        text, code, calls = self.run_it()
        self.assertEqual((code, calls, text.count("[some-check]")), (1, [3, 1], 1))
        self.assertEqual(self.run_it()[1:], (1, [1]))

    def test_files_that_do_not_compile_as_one_are_read_apart(self):
        self.write(one="same", two="", three="same")
        self.assertEqual(self.run_it()[1:], (0, [3, 2, 1]))

    def test_programs_are_read_alone(self):
        self.write(one="", two="int main() {}", three="int main() {}", four="")
        self.assertEqual(self.run_it()[1:], (0, [2, 1, 1]))

    def test_of_a_second_build_only_the_files_that_the_first_has_not_are_read(self):
        self.write(one="")
        self.write(build="fuzz", one="", two="")
        self.assertEqual(self.run_it("--build", str(self.root / "fuzz"))[1:], (0, [2]))

    def test_a_finding_outside_of_the_files_is_not_lost(self):
        self.write(one="", two="", three="worse", four="")
        text, code, _ = self.run_it()
        self.assertEqual((code, text.count("in a header")), (1, 1))
        self.assertIn("4 checked, 1 findings", text)

    def test_what_the_time_did_not_reach_is_said_and_not_remembered(self):
        self.write(one="", two="")
        text, code, calls = self.run_it("--seconds", "-1")
        self.assertEqual((code, calls), (0, []))
        self.assertIn("NOT the whole tree: 2 files", text)
        self.assertEqual(self.run_it()[2], [2])


if __name__ == "__main__":
    sys.exit(unittest.main())

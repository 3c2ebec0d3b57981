#!/usr/bin/env python3
"""Prints the end of what each failed test of the last ctest run said, so that a short log tells why.

    tools/failed_tests.py BUILD [LINES]
"""
import pathlib
import re
import sys

MOST = 6  # tests; where more fail, one cause is likely


def failed(log):
    """(name, output) of each failed test in ctest's LastTest.log."""
    for part in re.split(r"^-{50,}\n(?=\n?\d+/\d+ Test(?:ing)?: )|^\d+/\d+ Testing: ", log, flags=re.M):
        if "\nTest Failed.\n" in part or "\nTest timeout" in part or "\n***Timeout" in part:
            name, _, rest = part.partition("\n")
            output = rest.partition("Output:\n")[2].partition("<end of output>")[0]
            yield name.strip(), output.splitlines()[1:]


def main():
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    path = pathlib.Path(sys.argv[1]) / "Testing/Temporary/LastTest.log"
    if not path.exists():
        return
    for count, (name, output) in enumerate(failed(path.read_text(encoding="utf-8", errors="replace"))):
        if count == MOST:
            print("failed: and more")
            break
        print(f"failed: {name}")
        print("\n".join("    " + line for line in output[-lines:]))


main()

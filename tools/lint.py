#!/usr/bin/env python3
"""Our own rules that no compiler or linter knows, each with its reason.

    lint.py            check every file git knows of
    lint.py FILE...    check these

tools/lint_test.py holds wrong and right forms of each rule.
"""
import glob
import pathlib
import re
import subprocess
import sys

from lint_await import awaited_conditions, braced_awaits, capturing_awaits
from lint_text import without_comments

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINES_AT_MOST = 400
CODE = (".hpp", ".cpp")
EXEMPT = {"LICENSE", "tools/lint.py", "tools/lint_test.py"}


def braced_await(path, text):
    if path.endswith(CODE):
        for line in braced_awaits(without_comments(text)):
            yield line, "a braced value in an expression with co_await: g++ 12 corrupts memory; name it, then move it in"


def capturing_await(path, text):
    if path.endswith(CODE):
        for line in capturing_awaits(without_comments(text)):
            yield line, "a lambda that captures by value in an expression with co_await: g++ 12 corrupts strings; name it first"


def awaited_condition(path, text):
    if path.endswith(CODE):
        for line in awaited_conditions(without_comments(text)):
            yield line, "a condition that awaits: g++ 12 resumes with a wild pointer; declare a value first"


def grep(pattern, message, where, unless=()):
    """A rule: no code under `where`, but for `unless`, holds `pattern`."""
    wanted = re.compile(pattern)

    def rule(path, text):
        if not path.startswith(where) or not path.endswith(CODE) or path.startswith(unless):
            return
        for number, line in enumerate(without_comments(text).splitlines(), 1):
            if wanted.search(line):
                yield number, message

    return rule


def long_file(path, text):
    lines = text.count("\n")
    if path.endswith((*CODE, ".py")) and lines > LINES_AT_MOST:
        yield lines, f"{lines} lines: a file has one idea and at most {LINES_AT_MOST} lines"


def bare_suppression(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\bNOLINT(?!END)", line) and not re.search(r"\bNOLINT\w*\([\w.,* -]+\): \w", line):
            yield number, "a suppression names its check and its reason: NOLINT(check): why"


def homeless_todo(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))", line):
            yield number, "a TODO names its issue: TODO(#12)"


def machine_name(path, text):
    wanted = re.compile(
        r"(?<![\w.*-])/(?:work|tmp/wt|root)/\w"
        r"|\b(?:pypi|pythonhosted|npmjs|crates|golang|nodesource)\.(?:org|io|com)\b|\bdeb\.debian\b"
    )
    for number, line in enumerate(text.splitlines(), 1):
        if wanted.search(line):
            yield number, "names a path of one machine, or a package registry's host"


def bad_file_name(path, text):
    if re.search(r"(?:manager|helpers?|utils?|common|misc|impl2)\.(?:hpp|cpp)$", path, re.I):
        yield 1, "a file is named after its one idea"


def own_header_later(path, text):
    own = path.removesuffix(".cpp").removeprefix("src/") + ".hpp"
    if path.startswith("src/") and path.endswith(".cpp") and (ROOT / "src" / own).is_file():
        first = re.search(r'^#include (.*)', text, re.M)
        if not first or first[1] != f'"{own}"':
            yield 1, f"includes {own} first: that shows that the header compiles by itself"


def dead_path(path, text):
    """Pages name files by their path, or by their path under src/; both must exist."""
    if not path.endswith(".md") or path == "CHANGELOG.md":
        return
    for number, line in enumerate(text.splitlines(), 1):
        for named in re.findall(r"(?:`|\b(?=src/))([\w.-]+/[\w./*-]*)(?=[`\s.,:;)]|$)", line):
            first, wanted = named.partition("/")[0], named.rstrip("./")
            if not any((ROOT / top / first).is_dir() for top in ("src", ".")) or first in ("build", "."):
                continue  # a path elsewhere, or no path
            if not any(glob.glob(str(ROOT / top / wanted)) for top in ("src", ".")):
                yield number, f"{named} is not there"


RULES = [
    braced_await,
    capturing_await,
    awaited_condition,
    grep(
        r"\bco_spawn\b|\bdetached\b",
        "every coroutine has an owner: use base/spawn.hpp",
        ("src/", "bench/", "tests/", "fuzz/"),
        ("src/base/spawn",),
    ),
    grep(
        r"\bsystem_clock::now\b|\btime\(nullptr\)|\bgettimeofday\b",
        "time is an argument or a Clock&",
        "src/",
        ("src/base/", "src/daemon/"),
    ),
    grep(r"\b(?:secure_)?getenv\b", "only config/ reads the environment", "src/", ("src/config/",)),
    grep(
        r"\b(?:class|struct|namespace)\s+\w*?(?:Manager|Helpers?|Utils?|Common|Misc|Impl2|Handler)\b",
        "name the thing it keeps or the verb it does",
        ("src/", "tests/", "bench/", "fuzz/"),
    ),
    long_file,
    bare_suppression,
    homeless_todo,
    machine_name,
    bad_file_name,
    own_header_later,
    dead_path,
]


def faults(path, text):
    return [(line, message) for rule in RULES for line, message in rule(path, text)]


def known_files():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]


def main(arguments):
    paths = [pathlib.Path(a).resolve().relative_to(ROOT).as_posix() for a in arguments] or known_files()
    found = []
    for path in paths:
        if path in EXEMPT:
            continue
        try:
            text = (ROOT / path).read_text()
        except UnicodeDecodeError:
            continue  # a sample with invalid bytes, or a binary one
        found += [f"{path}:{line}: {message}" for line, message in faults(path, text)]
    return "\n".join(found) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

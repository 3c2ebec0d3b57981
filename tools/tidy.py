#!/usr/bin/env python3
"""Runs clang-tidy on every file that has not passed since it, or what it includes, changed.

A file's verdict is remembered under a digest of everything it depends on in this repository (its
own text, the project headers it reaches, .clang-tidy, its compile command), so a clean tree costs
a second. Reading Boost's and GoogleTest's headers is nearly the whole cost of a file, so many files
are checked as one: a file that includes them all. What does not compile beside the others (two
anonymous functions of one name, seldom in different folders) is read again without them. Reading as
one can only acquit: a file that is named in a finding is checked again by itself.

Exits 1 when a file has findings. Files that the time did not reach are named as not checked.
"""
import argparse
import concurrent.futures
import dataclasses
import hashlib
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-22"  # the first that leaves the headers of others alone: a fifth of the time of 19
TOGETHER = 32  # files at once: about 20 s and 1 GB
PROGRAM = re.compile(r'^(extern "C" )?int (main|LLVMFuzzerTestOneInput)\(', re.M)  # no two in one reading


@dataclasses.dataclass
class File:
    path: pathlib.Path
    flags: tuple  # of its compile command, without compiler, input and output
    verdict: pathlib.Path = None  # exists once the file has passed


def headers_of(path, known):
    """Every project header that this file reaches, itself included."""
    if path in known:
        return known[path]
    known[path] = {path}  # also ends a circle of includes
    reached = {path}
    for name in re.findall(r'^\s*#\s*include "([^"]+)"', path.read_text(errors="replace"), re.M):
        for header in (ROOT / "src" / name, ROOT / "tests" / name, path.parent / name):
            if header.is_file():
                reached |= headers_of(header, known)
                break
    known[path] = reached
    return reached


def digest(file, known):
    text = hashlib.sha256(TIDY.encode() + (ROOT / ".clang-tidy").read_bytes())
    text.update(" ".join(file.flags).replace(str(ROOT), ".").encode())
    for path in sorted(headers_of(file.path, known)):
        text.update(os.path.relpath(path, ROOT).encode() + path.read_bytes())
    return text.hexdigest()


def flags_of(command):
    """What decides how the file is read: the compile command without compiler, input and output."""
    words = iter(shlex.split(command)[1:])
    return tuple(word for word in words if word != "-c" and not (word == "-o" and next(words)))[:-1]


def files_of(builds):
    """Each file once, with the flags of the first build that has it."""
    files = {}
    for build in builds:
        for entry in json.loads((build / "compile_commands.json").read_text()):
            path = pathlib.Path(entry["file"])
            if path.is_relative_to(ROOT) and not path.is_relative_to(build.resolve()):
                files.setdefault(path, File(path, flags_of(entry["command"])))
    return list(files.values())


def changed():
    """Files that differ from the last ten commits."""
    base = subprocess.run(["git", "rev-list", "-1", "--skip=10", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    named = subprocess.run(
        ["git", "diff", "--name-only", base.stdout.strip() or "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    return {ROOT / line for line in named.stdout.splitlines()}


def groups_of(files, recent, known):
    """Files to read as one, those that reach what changed lately first; each folder's dealt out to many."""

    def kind(file):
        alone = str(file.path) if PROGRAM.search(file.path.read_text(errors="replace")) else ""
        old = not headers_of(file.path, known) & recent
        return (old, file.path.suffix, file.path.stem.endswith("_test"), alone)

    for _, alike in itertools.groupby(sorted(files, key=lambda file: (kind(file), file.path)), kind):
        alike = list(alike)
        hands = -(-len(alike) // TOGETHER)
        for first in range(hands):
            yield alike[first::hands]


class Checker:
    def __init__(self, folder, seconds):
        self.folder, self.ends = folder, time.monotonic() + seconds
        self.findings, self.reached, self.lock = set(), 0, threading.Lock()

    def check(self, group):
        """Checks these files as one and, where that finds something, those it names again."""
        if not group or time.monotonic() > self.ends:
            return
        ran = self.run(group)
        if ran.returncode == 0:
            self.passed(group)
        elif len(group) == 1:
            self.failed(group, ran.stdout + ran.stderr[-2000:])
        else:
            self.check_apart(group, ran.stdout)

    def check_apart(self, group, output):
        named = set(re.findall(r"^(/[^:\n]+):\d+:\d+: (?:error|warning|fatal error):", output, re.M))
        apart = [file for file in group if str(file.path) in named]
        rest = [file for file in group if str(file.path) not in named]
        if "[clang-diagnostic-error]" in output:  # they do not compile beside each other
            half = len(group) // 2
            for part in (rest, apart) if rest and apart else (group[:half], group[half:]):
                self.check(part)
        elif named - {str(file.path) for file in group} or not apart:
            self.failed(group, output)  # in a header, for all of them
        else:
            self.passed(rest)
            for file in apart:
                self.check([file])

    def run(self, group):
        if len(group) == 1:
            read, flags = group[0].path, group[0].flags
        else:
            name = hashlib.sha256("".join(str(file.path) for file in group).encode()).hexdigest()[:16]
            read = self.folder / f"{name}{group[0].path.suffix}"
            flags = tuple(itertools.chain(*dict.fromkeys(file.flags for file in group)))
            read.write_text("".join(f'#include "{file.path}" // NOLINT(bugprone-suspicious-include): to read it as one\n' for file in group))
        return subprocess.run(
            [TIDY, "--quiet", f"--config-file={ROOT}/.clang-tidy",
             f"--header-filter=^{re.escape(str(ROOT))}/.*\\.[ch]pp$", str(read), "--", *flags, "-w", "-ferror-limit=0"],
            cwd=ROOT, capture_output=True, text=True,
        )

    def passed(self, group):
        for file in group:
            file.verdict.touch()
        with self.lock:
            self.reached += len(group)

    def failed(self, group, output):
        """Tells it once, also when a header's finding comes back with each file that reaches it."""
        with self.lock:
            self.reached += len(group)
            known = self.findings
            fresh = [line for line in re.findall(r"^/\S+: (?:error|warning): .*$", output, re.M) if line not in known]
            if fresh or not output.startswith("/"):
                print(output, flush=True)
            self.findings |= set(fresh) or {output}


def main(arguments=None):
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", type=pathlib.Path, required=True, action="append", help="a configured build; or several")
    options.add_argument("--seconds", type=float, default=3600, help="start nothing after this long")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("files", nargs="*", help="only these")
    asked = options.parse_args(arguments)

    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "fairgate-tidy"
    cache.mkdir(parents=True, exist_ok=True)
    folder = asked.build[0].resolve() / "tidy"
    folder.mkdir(exist_ok=True)
    only = {pathlib.Path(file).resolve() for file in asked.files}
    known, files = {}, [file for file in files_of(asked.build) if not only or file.path in only]
    for file in files:
        file.verdict = cache / digest(file, known)
    todo = [file for file in files if not file.verdict.exists()]

    checker = Checker(folder, asked.seconds)
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        list(pool.map(checker.check, groups_of(todo, changed(), known)))
    unread = len(todo) - checker.reached
    print(f"tidy: {len(files)} files, {len(files) - len(todo)} clean before, {checker.reached} checked,"
          f" {len(checker.findings)} findings, {unread} not reached")
    if unread:
        print(f"tidy: NOT the whole tree: {unread} files await the next run, which begins where this one ended")
    return 1 if checker.findings else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs clang-tidy on the files that changed since they last passed, within a budget of time.

A file's verdict is remembered under a digest of everything it depends on in this repository (its
own text, the project headers it reaches, .clang-tidy, its compile command), so a clean tree costs
a second, and a cold one is worked off over several runs: changed files first, then the rest.
Exits 1 when a file has findings; files that the budget did not reach are only counted.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-19"


def headers_of(path, known):
    """Every project header that this file reaches, itself included."""
    if path in known:
        return known[path]
    known[path] = {path}  # also ends a circle of includes
    reached = {path}
    for name in re.findall(r'^\s*#\s*include "([^"]+)"', path.read_text(errors="replace"), re.M):
        header = ROOT / "src" / name
        if header.is_file():
            reached |= headers_of(header, known)
    known[path] = reached
    return reached


def digest(entry, known):
    text = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    text.update(" ".join(entry["command"].split()).replace(str(ROOT), ".").encode())
    for path in sorted(headers_of(pathlib.Path(entry["file"]), known)):
        text.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return text.hexdigest()


def changed():
    """Files that differ from the last ten commits, newest interest first."""
    base = subprocess.run(["git", "rev-list", "-1", "--skip=10", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    named = subprocess.run(
        ["git", "diff", "--name-only", base.stdout.strip() or "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    return {ROOT / line for line in named.stdout.splitlines()}


def tidy(entry, build, verdict):
    ran = subprocess.run(
        [TIDY, "-p", str(build), "--quiet", entry["file"]], cwd=ROOT, capture_output=True, text=True
    )
    if ran.returncode == 0:
        verdict.touch()
    return entry["file"], ran.returncode, ran.stdout


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", type=pathlib.Path, required=True)
    options.add_argument("--seconds", type=float, default=600, help="start no file after this long")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("files", nargs="*", help="only these")
    asked = options.parse_args()

    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "fairgate-tidy"
    cache.mkdir(parents=True, exist_ok=True)
    only = {pathlib.Path(file).resolve() for file in asked.files}
    entries = [
        entry
        for entry in json.loads((asked.build / "compile_commands.json").read_text())
        if pathlib.Path(entry["file"]).is_relative_to(ROOT)
        and not pathlib.Path(entry["file"]).is_relative_to(asked.build.resolve())
        and (not only or pathlib.Path(entry["file"]) in only)
    ]
    known, recent = {}, changed()
    todo = [(entry, cache / digest(entry, known)) for entry in entries]
    todo = [(entry, verdict) for entry, verdict in todo if not verdict.exists()]
    todo.sort(key=lambda job: not headers_of(pathlib.Path(job[0]["file"]), known) & recent)

    started, failed, done = time.monotonic(), [], 0

    def job(entry, verdict):
        return None if time.monotonic() - started > asked.seconds else tidy(entry, asked.build, verdict)

    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        for result in pool.map(lambda pair: job(*pair), todo):
            if result is None:
                continue
            done += 1
            if result[1] != 0:
                failed.append(result[0])
                print(result[2], flush=True)
    print(
        f"tidy: {len(entries)} files, {len(entries) - len(todo)} clean before, {done} checked,"
        f" {len(failed)} with findings, {len(todo) - done} not reached"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Fails when a file includes a header of a folder that its own folder may not use.

The list of what may use what is src/CMakeLists.txt itself. An entry that no file needs any
more fails too, so that the list stays true. A third-party header belongs to the folders named
in OWNERS, so that no other folder comes to depend on it.
"""
import pathlib
import re
import sys

OWNERS = {
    "sqlite3.h": {"store/sqlite"},
    "maxminddb.h": {"geo"},
    "toml++": {"config", "cli"},
    "zlib.h": {"replay"},
    "zstd.h": {"replay"},
    "boost/beast": {"http"},
    "boost/asio/ssl": {"http"},
    "boost/asio/ip": {"http"},
    "openssl/": {"http", "base"},
    "sodium.h": {"control"},
}

root = pathlib.Path(__file__).resolve().parent.parent
table = {
    folder: set(re.sub(r"\bLIBS\b.*", "", uses).split())
    for folder, uses in re.findall(
        r"^module\(([\w/]+)\s*(?:USES\s+([^)]*))?", (root / "src/CMakeLists.txt").read_text(), re.M
    )
}


def folder_of(path):
    """The longest declared folder that holds this path: store/sqlite/store.hpp -> store/sqlite."""
    return next((str(p) for p in pathlib.PurePath(path).parents if str(p) in table), None)


used, errors = {folder: set() for folder in table}, []
for file in sorted((root / "src").rglob("*.[ch]pp")):
    path = file.relative_to(root / "src").as_posix()
    if (here := folder_of(path)) is None:
        errors.append(f"src/{path}: its folder is not in src/CMakeLists.txt")
        continue
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if (m := re.match(r'#include "([^"]+)"', line)) and (there := folder_of(m[1])) != here:
            used[here].add(there)
            if there not in table[here]:
                errors.append(f"src/{path}:{number}: {here} may not use {there}")
        if m := re.match(r"#include <([^>]+)>", line):
            for header, owners in OWNERS.items():
                if m[1].startswith(header) and here not in owners:
                    errors.append(f"src/{path}:{number}: {here} may not use <{m[1]}>")
errors += [f"src/CMakeLists.txt: {f} no longer uses {d}" for f in table for d in sorted(table[f] - used[f])]
sys.exit("\n".join(errors) or 0)

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
    "sqlite3.h": {"store/sqlite", "importing"},
    "minizip/": {"importing"},
    "maxminddb.h": {"geo"},
    "toml++": {"config", "cli"},
    "CLI/": {"cli"},
    "zlib.h": {"replay"},
    "zstd.h": {"replay"},
    "boost/beast": {"http"},
    "boost/asio/ssl": {"http"},
    "boost/asio/ip": {"http"},
    "openssl/": {"http", "pki", "link", "base"},
    "sodium.h": {"control"},
    "nftables/": {"kernel"},
    "nghttp2/": {"grpc", "sim/core"},
    "google/protobuf": {"backends/xray"},
}


def read_rows(text):
    """(folder, the folders it may use) of each `module(folder USES a b LIBS C::d)`, over any number of lines."""
    rows = re.findall(r"^module\(([\w/]+)\s*([^)]*)\)", re.sub(r"#[^\n]*", "", text), re.M)
    return [(folder, set(re.sub(r"\bLIBS\b.*|\bUSES\b", " ", rest, flags=re.S).split())) for folder, rest in rows]


def folder_of(path, table):
    """The longest declared folder that holds this path: store/sqlite/store.hpp -> store/sqlite."""
    return next((str(p) for p in pathlib.PurePath(path).parents if str(p) in table), None)


def faults(root):
    rows = read_rows((root / "src/CMakeLists.txt").read_text())
    table = dict(rows)
    used = {folder: set() for folder in table}
    names = [folder for folder, _ in rows]
    errors = [f"src/CMakeLists.txt: {folder} is declared twice" for folder in table if names.count(folder) > 1]
    for file in sorted((root / "src").rglob("*.[ch]pp")):
        path = file.relative_to(root / "src").as_posix()
        if (here := folder_of(path, table)) is None:
            errors.append(f"src/{path}: its folder is not in src/CMakeLists.txt")
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if (m := re.match(r'\s*#\s*include "([^"]+)"', line)) and (there := folder_of(m[1], table)) != here:
                used[here].add(there)
                if there not in table[here]:
                    errors.append(f"src/{path}:{number}: {here} may not use {there or m[1]}")
            if m := re.match(r"\s*#\s*include <([^>]+)>", line):
                for header, owners in OWNERS.items():
                    if m[1].startswith(header) and here not in owners:
                        errors.append(f"src/{path}:{number}: {here} may not use <{m[1]}>")
    return errors + [
        f"src/CMakeLists.txt: {folder} no longer uses {unneeded}"
        for folder in table
        for unneeded in sorted(table[folder] - used[folder])
    ]


if __name__ == "__main__":
    sys.exit("\n".join(faults(pathlib.Path(__file__).resolve().parent.parent)) or 0)

#!/usr/bin/env python3
"""Makes docs/demo.svg: what a person sees in the first minutes of the demo, from its real output.

usage: tools/demo_picture.py FAIRGATE
"""

import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile

OUT = pathlib.Path(__file__).parent.parent / "docs" / "demo.svg"
STORY_LINES = 12
EVIDENCE_LINES = 24
WIDEST = 104
LINE_HEIGHT = 17
CHARACTER = 7.8
COLOURS = (
    (r"^  \d\d:\d\d:\d\d  found", "#e5c07b"),
    (r"^  \d\d:\d\d:\d\d  blocked", "#e06c75"),
    (r"^  \d\d:\d\d:\d\d  given back", "#98c379"),
    (r"^\$ ", "#61afef"),
)


def run_demo(fairgate, folder):
    """The first screen with the first lines of the story, and the evidence against `sold`."""
    environment = dict(os.environ, TMPDIR=folder)
    environment["PATH"] = f"{pathlib.Path(fairgate).resolve().parent}:{environment['PATH']}"
    with subprocess.Popen(
        [fairgate, "demo", "--speed", "10"], stdout=subprocess.PIPE, text=True, env=environment
    ) as demo:
        lines, told, why = [], 0, None
        for line in demo.stdout:
            lines.append(line.rstrip())
            told += bool(re.match(r"  \d\d:\d\d:\d\d  ", line))
            server = re.search(r"FAIRGATE_SERVER=(\S+)", line)
            if server:
                environment["FAIRGATE_SERVER"] = server.group(1)
            if why is None and re.search(r"  blocked +sold ", line):
                why = subprocess.run(
                    ["fairgate", "why", "sold", "-o", "table", "--time", "rfc3339"],
                    env=dict(environment, COLUMNS="100"),
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout.splitlines()
            if told == STORY_LINES:
                break
        demo.terminate()
    return lines, why


def row(text, number):
    colour = next((colour for start, colour in COLOURS if re.match(start, text)), "#d7dae0")
    y = 34 + number * LINE_HEIGHT
    return f'<text x="16" y="{y}" fill="{colour}" xml:space="preserve">{html.escape(text)}</text>'


def cut(line):
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"


def picture(lines):
    width = int(max(map(len, lines)) * CHARACTER) + 32
    height = 34 + len(lines) * LINE_HEIGHT + 8
    rows = "\n".join(row(text, number) for number, text in enumerate(lines) if text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="ui-monospace, DejaVu Sans Mono, monospace" font-size="13">\n'
        "<title>The demo in a terminal</title>\n"
        f'<rect width="{width}" height="{height}" rx="8" fill="#1e2127"/>\n{rows}\n</svg>\n'
    )


def main():
    with tempfile.TemporaryDirectory(prefix="fgd") as folder:
        lines, why = run_demo(sys.argv[1], folder)
    # The folder and the build differ from one machine to the next.
    lines = [re.sub(r' PATH=".*"', "", line.replace(folder, "/tmp")) for line in lines]
    screen = ["$ fairgate demo --speed 10", *lines, "", "$ fairgate why sold", *why[:EVIDENCE_LINES], "  …"]
    OUT.write_text(picture([cut(line) for line in screen]))


main()

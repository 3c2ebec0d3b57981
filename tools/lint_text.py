"""C++ text without what is not code."""
import re

_NOT_CODE = re.compile(
    r'//[^\n]*|/\*(?:.|\n)*?\*/'
    r'|R"(?P<mark>[^(\s]{0,16})\((?:.|\n)*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"  # but 1'000 is a number
)


def without_comments(text):
    """Blanks comments and the inside of literals; every line stays where it is."""

    def blank(match):
        kept = "" if match[0].startswith("/") else '""'
        return kept + "\n" * match[0].count("\n")

    return _NOT_CODE.sub(blank, text)

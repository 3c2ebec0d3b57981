"""Finds what g++ 12 compiles wrongly around a co_await: braced values, captures, and conditions.

g++ 12 destroys such a temporary twice and says nothing (docs/decisions/0003-two-compilers.md):

    co_await out.push(Observation{account, address});   // wrong
    Observation seen{account, address};                 // right
    co_await out.push(std::move(seen));

A statement may run over many lines and hold lambdas, whose bodies are other statements. So this
walks from each co_await to both ends of its statement and tells braces of values from braces of
blocks by what stands before them. `T{}` is compiled correctly and is allowed.

A lambda that holds a string is such a value too. The text does not tell a string from a number, so any
capture by value is to be named first; references and `this` are compiled correctly:

    co_await records.with([name](Store& store) { … });      // wrong
    auto read = [name](Store& store) { … };                 // right
    co_await records.with(std::move(read));

A co_await in the condition of if, while, do-while or switch makes it resume with a wild pointer
(seen with 12.2 at -O0 and -O1; a declared condition, an init-statement and a for are correct):

    while (co_await out.send(piece)) {            // wrong
    while (const bool sent = co_await out.send(piece)) {    // right
"""
import re

# What may stand before the brace of a block: the end of a condition or a parameter list, a lambda's
# capture, a keyword, a label, another block, a trailing return type, or a named scope.
_BEFORE_BLOCK = re.compile(
    r"(?:[)\];:{}]|\b(?:else|do|try|mutable|noexcept|const|override|final)"
    r"|->\s*[\w:<>,\s*&]+|\b(?:struct|class|enum|union|namespace)\b[\w:\s]*|^)\s*$"
)


def _opens_block(code, brace):
    return _BEFORE_BLOCK.search(code[max(0, brace - 120) : brace]) is not None


def _matching(code, brace):
    """The closing brace that belongs to this opening one."""
    depth = 0
    for at in range(brace, len(code)):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return len(code)


def _after(code, start):
    """Whether a braced value follows before the statement ends."""
    at = start
    while at < len(code) and code[at] != ";":
        if code[at] == "{":
            if code[at + 1 :].lstrip().startswith("}"):
                at = _matching(code, at)
            elif not _opens_block(code, at):
                return True
            elif code[:at].rstrip().endswith("]") or _is_lambda(code, at):
                at = _matching(code, at)  # the body is other statements
            else:
                return False
        elif code[at] == "}":
            return False
        at += 1
    return False


def _is_lambda(code, brace):
    """Whether this block is a lambda's body: `[…] {` or `[…](…) {`, with or without a return type."""
    head = re.sub(r"(?:->[^(){}\[\]]*|\b(?:mutable|noexcept)\b)\s*$", "", code[max(0, brace - 400) : brace].rstrip())
    head = re.sub(r"\((?:[^()]|\([^()]*\))*\)\s*$", "", head.rstrip())
    return head.rstrip().endswith("]")


def _before(code, start):
    """Whether a braced value stands before, or around, this co_await in its statement."""
    at = start - 1
    while at >= 0 and code[at] != ";":
        if code[at] == "{":
            return not _opens_block(code, at)
        if code[at] == "}":
            if code[at + 1 :].lstrip()[:1] not in tuple(",).?"):
                return False  # the end of the block before this statement
            opening = _opening(code, at)
            if code[opening + 1 : at].strip() and not _opens_block(code, opening):
                return True
            at = opening
        at -= 1
    return False


def _opening(code, brace):
    depth = 0
    for at in range(brace, -1, -1):
        depth += {"}": 1, "{": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return 0


def braced_awaits(code):
    """The lines of the co_await expressions that share their statement with a braced value."""
    for match in re.finditer(r"\bco_await\b", code):
        if _after(code, match.end()) or _before(code, match.start()):
            yield code.count("\n", 0, match.start()) + 1


def _by_value(captures):
    """Whether one of these captures is a copy."""
    return any(each.strip() and not re.match(r"\s*(?:&|this\b)", each) for each in captures.split(","))


def _captures_after(code, start):
    """Whether a lambda that captures by value follows before the statement ends."""
    at = start
    while at < len(code) and code[at] not in ";}":
        if code[at] == "[" and re.search(r"[(,{=?:&|]\s*$", code[max(0, at - 80) : at]):
            close = code.find("]", at)
            if _by_value(code[at + 1 : close]):
                return True
            at = close
        elif code[at] == "{" and _is_lambda(code, at):
            at = _matching(code, at)  # the body is other statements
        elif code[at] == "{" and _opens_block(code, at):
            return False
        elif code[at] == "{":
            at = _matching(code, at)
        at += 1
    return False


def capturing_awaits(code):
    """The lines of the co_await expressions that are handed a lambda with captures by value."""
    for match in re.finditer(r"\bco_await\b", code):
        if _captures_after(code, match.end()):
            yield code.count("\n", 0, match.start()) + 1


_DECLARES = re.compile(r"\s*(?:const\s+)?[\w:]+(?:<.*?>)?[\s&*]+\w+\s*=[^=]", re.S)


def awaited_conditions(code):
    """The lines of the if, while and switch whose condition itself awaits."""
    for match in re.finditer(r"\b(?:if|while|switch)\s*\(", code):
        depth, start = 1, match.end()
        at = start
        while at < len(code) and depth > 0:
            depth += {"(": 1, ")": -1}.get(code[at], 0)
            if code[at] == ";" and depth == 1:
                start = at + 1  # an init-statement stood before
            at += 1
        condition = code[start : at - 1]
        if re.search(r"\bco_await\b", condition) and not _DECLARES.match(condition):
            yield code.count("\n", 0, match.start()) + 1

#!/usr/bin/env python3
"""Wrong and right forms of every rule of lint.py and of check_layers.py."""
import pathlib
import sys
import tempfile
import unittest

import check_layers
import lint
from lint_await import awaited_conditions, braced_awaits, capturing_awaits
from lint_text import without_comments

WRONG_AWAITS = [
    "co_await out.push(Observation{account, address});",
    'co_await take({"a", "b"});',
    "auto r = co_await client.request({.method = get, .path = p});",
    "co_await out.push(\n    model::Observation{\n        account,\n        address});",
    "co_return co_await f(std::vector<int>{1, 2});",
    "f(co_await g(), Seen{a, b});",
    "f(Seen{a, b}, co_await g());",
    "Seen seen{co_await g(), b};",
    "if (auto r = co_await f(Seen{a}); !r) { return; }",
    "for (auto& x : co_await all(Filter{a})) { use(x); }",
    "co_await f([&](int a) { return a; }, Seen{a});",
    "co_await (read(Seen{a}) && track(b));",
    "while (co_await next(Key{a})) { work(); }",
    "auto x = co_await f() ? Seen{a} : b;",
]
RIGHT_AWAITS = [
    "Observation seen{account, address};\nco_await out.push(std::move(seen));",
    "co_await out.push(std::move(seen));\nObservation other{account, address};",
    "if (co_await f()) {\n    Seen seen{a};\n}",
    "if (a) {\n    co_await f();\n}\nSeen seen{a};",
    "auto r = co_await f(Options{});",
    "co_await f({});",
    "co_await run(pool, [seen] { return Seen{seen}; });",
    "co_await run(pool, [](int a) -> Result<Seen> { return Seen{a}; });",
    "for (const auto& x : co_await all()) {\n    Seen seen{x};\n}",
    "Task<void> f(Source& s) {\n    co_await s.next();\n}",
    "switch (x) { case A: { co_await f(); break; } }\nSeen seen{a};",
    "const auto r = co_await f(); // like Seen{a}",
    'co_await f("{a}");',
    "Seen seen = make(a);\nco_await f(std::move(seen), 5s);",
    "try { co_await f(); } catch (const Error& e) { log(Line{e}); }",
    "else { co_await f(); }",
    "do { co_await f(); } while (more({a, b}));",
]
WRONG_CAPTURES = [
    "co_await records.with([name](Store& store) { return read(store, name); });",
    "auto r =\n    co_await records.with([filter = std::move(filter)](Store& s) { return read(s); });",
    "co_await run_on(pool, [&a, b] { return a + b; });",
    "co_await run_on(pool, [=] { return a; });",
    "co_await run_on(pool, [*this] { return name; });",
    "co_await f([&] { return 1; }, [a] { return 2; });",
    "co_await (run_on(pool, [a] { return a; }) && other());",
]
RIGHT_CAPTURES = [
    "co_await run_on(pool, [] { return 7; });",
    "co_await run_on(pool, [&] { return a; });",
    "co_await run_on(pool, [this, &a] { return a + b; });",
    "auto read = [name](Store& store) { return name; };\nco_await records.with(std::move(read));",
    "co_await run_on(pool, [&] { auto f = [a] { return a; }; return f(); });",
    "co_await connect_to(addresses[i], parts.at(n)[k]);",
    "if (a) { co_await f(); }\nauto g = [a] { return a; };",
    "for (const auto& x : co_await all()) {\n    keep([x] { return x; });\n}",
]
WRONG_CONDITIONS = [
    "if (co_await f()) {",
    "if (!co_await f(a, g(b))) {",
    "} else if (x && co_await f()) {",
    "while (co_await f()) {\n}",
    "do {\n} while (co_await f());",
    "switch (co_await f()) {",
    "if ((co_await f()) == 2) {",
    "if (auto a = g(); co_await f(a)) {",
    "while ((x = co_await f())) {",
]
RIGHT_CONDITIONS = [
    "while (const auto item = co_await queue.pop()) {",
    "if (auto r = co_await f(); !r) {",
    "if (const bool sent = co_await f()) {",
    "if (std::optional<std::pair<int, int>> a = co_await f()) {",
    "for (bool more = co_await f(); more; more = co_await f()) {",
    "const bool more = co_await f();\nif (more) {\n    co_await g();\n}",
    "if (a) { co_await f(); }",
]
WRONG = [
    ("src/api/a.cpp", "asio::co_spawn(x, y, asio::detached);"),
    ("src/tracker/a.cpp", "auto now = std::chrono::system_clock::now();"),
    ("src/cli/a.cpp", 'const char* home = getenv("HOME");'),
    ("src/api/a.hpp", "class SessionManager {"),
    ("src/api/a.hpp", "namespace string_Utils {"),
    ("src/api/request_utils.hpp", ""),
    ("src/api/a.cpp", "int x; // NOLINT"),
    ("src/api/a.cpp", "int x; // NOLINT(bugprone-x)"),
    ("src/api/a.cpp", "// TODO: later"),
    ("docs/a.md", "see /wo" + "rk/shared/x"),
    ("docs/a.md", "from https://registry.npm" + "js.org/x"),
    ("src/api/a.cpp", "\n" * 401),
    ("src/base/spawn.cpp", '#include "base/error.hpp"\n#include "base/spawn.hpp"'),
    ("docs/a.md", "see `base/no_such.hpp`, the queue"),
    ("docs/a.md", "each in src/no_such/folder.cpp"),
    ("docs/a.md", "| `base/no_such_*.hpp` |"),
]
RIGHT = [
    ("src/base/spawn.cpp", '#include "base/spawn.hpp"\nasio::co_spawn(x, y, asio::detached);'),
    ("src/base/clock.cpp", '#include "base/clock.hpp"\n' "return std::chrono::system_clock::now();"),
    ("src/daemon/a.cpp", "return std::chrono::system_clock::now();"),
    ("src/config/a.cpp", 'const char* home = getenv("HOME");'),
    ("src/api/a.cpp", "// co_spawn stands in base only"),
    ("src/api/a.cpp", "int x; // NOLINT(bugprone-x): the kernel's own name"),
    ("src/api/a.cpp", "// TODO(#12): later"),
    ("src/api/commonality.hpp", "class CommonGround {"),
    ("docs/a.md", "a link to example.com/work/x and ./work/x"),
    ("src/api/a.cpp", "\n" * 400),
    ("docs/a.md", "see `base/spawn.hpp`, `src/base/` and `tools/lint*.py`. The rest is in src/model/."),
    ("docs/a.md", "a folder `src/backends/<product>/`, made: `build/dev/bin/fairgate`, `/etc/fairgate/`, `application/json`"),
]


class Lint(unittest.TestCase):
    def test_wrong_awaits_are_found(self):
        for form in WRONG_AWAITS:
            with self.subTest(form):
                self.assertTrue(list(braced_awaits(without_comments(form))))

    def test_right_awaits_are_left_alone(self):
        for form in RIGHT_AWAITS:
            with self.subTest(form):
                self.assertEqual(list(braced_awaits(without_comments(form))), [])

    def test_captures_by_value_inside_an_await_are_found(self):
        for form in WRONG_CAPTURES:
            with self.subTest(form):
                self.assertTrue(list(capturing_awaits(without_comments(form))))

    def test_references_and_named_lambdas_are_left_alone(self):
        for form in RIGHT_CAPTURES:
            with self.subTest(form):
                self.assertEqual(list(capturing_awaits(without_comments(form))), [])

    def test_conditions_that_await_are_found(self):
        for form in WRONG_CONDITIONS:
            with self.subTest(form):
                self.assertTrue(list(awaited_conditions(without_comments(form))))

    def test_declared_conditions_are_left_alone(self):
        for form in RIGHT_CONDITIONS:
            with self.subTest(form):
                self.assertEqual(list(awaited_conditions(without_comments(form))), [])

    def test_the_line_is_that_of_the_await(self):
        self.assertEqual(list(braced_awaits("a();\n\nco_await f(\n  Seen{a});\n")), [3])

    def test_wrong_text_is_found(self):
        for path, text in WRONG:
            with self.subTest(path=path, text=text[:40]):
                self.assertTrue(lint.faults(path, text))

    def test_right_text_is_left_alone(self):
        for path, text in RIGHT:
            with self.subTest(path=path, text=text[:40]):
                self.assertEqual(lint.faults(path, text), [])

    def test_comments_and_literals_are_no_code_and_lines_stay(self):
        text = 'a /* x\ny */ b // z\nf("// no", \'"\', 1\'000); R"(getenv\n)"\n'
        self.assertEqual(without_comments(text), 'a \n b \nf("", "", 1\'000); ""\n\n')


class Layers(unittest.TestCase):
    def check(self, table, files):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "src"
            for name, text in {"CMakeLists.txt": table, **files}.items():
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                (source / name).write_text(text)
            return check_layers.faults(pathlib.Path(folder))

    TABLE = "module(base LIBS X::y)\nmodule(model USES base LIBS A::b)\nmodule(store/sqlite\n  USES base model)\n"
    GOOD = {
        "base/a.hpp": "",
        "model/a.hpp": '#include "base/a.hpp"\n',
        "store/sqlite/a.cpp": '#include <sqlite3.h>\n#include "model/a.hpp"\n#include "base/a.hpp"\n',
    }

    def test_what_the_table_allows_passes(self):
        self.assertEqual(self.check(self.TABLE, self.GOOD), [])

    def test_a_forbidden_include_is_named_with_its_line(self):
        files = {**self.GOOD, "base/b.cpp": '\n#include "model/a.hpp"\n'}
        self.assertEqual(self.check(self.TABLE, files), ["src/base/b.cpp:2: base may not use model"])

    def test_a_permission_nobody_needs_is_named(self):
        files = {**self.GOOD, "model/a.hpp": ""}
        self.assertEqual(self.check(self.TABLE, files), ["src/CMakeLists.txt: model no longer uses base"])

    def test_a_folder_declared_twice_is_named(self):
        faults = self.check(self.TABLE + "module(base)\n", self.GOOD)
        self.assertEqual(faults, ["src/CMakeLists.txt: base is declared twice"])

    def test_a_folder_outside_the_table_is_named(self):
        self.assertEqual(len(self.check(self.TABLE, {**self.GOOD, "odd/a.cpp": ""})), 1)

    def test_a_driver_header_stays_with_its_owner(self):
        files = {**self.GOOD, "model/b.cpp": "#include <sqlite3.h>\n"}
        self.assertEqual(self.check(self.TABLE, files), ["src/model/b.cpp:1: model may not use <sqlite3.h>"])

    def test_an_include_of_no_folder_is_named(self):
        files = {**self.GOOD, "base/b.cpp": '#include "a.hpp"\n'}
        self.assertEqual(len(self.check(self.TABLE, files)), 1)


if __name__ == "__main__":
    sys.exit(unittest.main())

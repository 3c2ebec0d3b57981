#!/usr/bin/env python3
"""Every command that speaks to the daemon, against a real one: a panel (the simulator), a log that grows, a violation,
the block, and what an operator does about it. Loopback and Unix sockets only; about half a minute."""
import datetime
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import unittest

from daemon_world import ACCOUNTS, BINARIES, World, wait_for

SKIPPED = 77  # ctest's SKIP_RETURN_CODE


class Walk(unittest.TestCase):
    """In the order of the names: each step finds what the one before has left."""

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.events = cls.world.start("events.jsonl", BINARIES / "fairgate", "watch", "--json",
                                     "--socket", cls.world.folder / "api.sock")

    @classmethod
    def tearDownClass(cls):
        cls.world.end()

    def human(self, *words, code=0, has=()):
        ran = self.world.ask(*words, "-o", "table", "--color", "never")
        self.assertEqual(ran.returncode, code, f"{words}: {ran.stdout}{ran.stderr}")
        for part in has:
            self.assertIn(part, ran.stdout + ran.stderr, words)
        return ran.stdout + ran.stderr

    def decisions(self, account, *words):
        return self.world.data("decision", "list", "--account", account, *words)

    def test_01_exempt_before_anything_happens_protects(self):
        ran = self.human("exempt", "add", "bob", "--for", "1h", "--reason", "a test", "--dry-run")
        self.assertIn("nothing was", ran)
        self.assertEqual(self.world.data("exempt", "list"), [])
        self.human("exempt", "add", "bob", "--for", "1h", "--reason", "a test", has=["Undo: fairgate exempt remove bob"])
        self.human("exempt", "check", "bob", has=["a test"])
        self.human("exempt", "check", "ann", code=3, has=["FG-CTL-006"])
        self.world.log.begin()

    def test_02_a_sharer_is_found_and_blocked_at_the_panel(self):
        decision = wait_for("a decision on eve", lambda: self.decisions("eve", "--state", "in_force"))[0]
        type(self).first = decision["id"]
        wait_for("eve to be disabled", lambda: self.world.status_at_panel("eve") == "disabled")
        self.world.log.who["eve"] = ()  # she cannot connect now
        wait_for("the measure to be active", lambda: self.world.data("status")["measures"]["active"] == 1)
        self.assertEqual(self.decisions("bob"), [], "an exempt account is left alone")
        self.assertEqual(self.decisions("ann"), [])
        self.assertEqual(self.world.status_at_panel("bob"), "active")

    def test_03_status_and_doctor_say_that_it_enforces(self):
        status = self.world.data("status")
        self.assertEqual([status["mode"], status["not_enforcing_because"]], ["enforce", []])
        self.assertEqual(status["accounts"]["blocked"], 1)
        self.human("status", has=["enforce", "node1", "main", "eve", "in_force"])
        self.assertTrue(self.world.data("doctor")["enforcing"])
        self.human("doctor", has=["Enforcing."])
        self.human("doctor", "--only", "nonsense", code=2)

    def test_04_why_tells_everything(self):
        text = self.human("why", "eve", "--lines", has=[
            "eve is blocked until", "2 devices at once, limit 1", "1 (general)", "198.51.100.0/24", "203.0.113.40",
            "Timeline", "over the limit", "in force", "configuration 1", "limit of 2", "high",
            "[in -> direct] email: 1", f"fairgate undo {self.first}", "fairgate exempt add eve --for 24h",
            "fairgate limit set eve 2"])
        self.assertNotIn("\x1b", text)
        why = self.world.data("why", self.first)
        self.assertEqual(why["evidence"]["devices"], 2)
        self.assertEqual({device["nodes"][0] for device in why["evidence"]["counted"]}, {"berlin"})
        self.assertGreater(len(why["evidence"]["lines"]), 4)
        self.assertRegex(why["evidence"]["lines"][0]["where"], r"^berlin:access\.log:\d+$")
        times = [step["time"] for step in why["evidence"]["timeline"]]
        self.assertEqual(times, sorted(times, key=datetime.datetime.fromisoformat))
        self.human("why", "ann", has=["ann is not blocked: 1 device at once, limit 1"])
        self.human("why", "ann", "--not-blocked", has=["not blocked"])
        self.human("why", "bob", has=["bob is not limited: exempt until"])
        self.human("why", "198.51.100.24", has=["ann", "bob", "dan", "a block on this address would hit"])
        self.human("why", "203.0.113.40", has=["eve", f"{self.first} of ", "holds it in its evidence"])
        self.human("why", "dan", has=["3 (account)", "weaker and not used: 1 (general)"])
        self.human("why", "nobody-there", code=3, has=["FG-CTL-002", "fairgate account list --match"])
        self.human("why", "dec_99", code=3, has=["FG-STO-010", "fairgate decision list"])

    def test_04b_a_decision_is_counted_again(self):
        again = self.world.data("replay", "--decision", "dec_1")
        self.assertTrue(again["same"], again)
        self.assertEqual([(verdict["devices"], verdict["verdict"]) for verdict in again["verdicts"]],
                         [(2, "over")] * 2)
        looser = self.world.data("replay", "--decision", "dec_1", "--general", "2")["verdicts"]
        self.assertEqual((looser[-1]["limit"], looser[-1]["verdict"]), (2, "within"))
        self.human("replay", "--decision", "dec_1", "--general", "2", has=["of the command line"])
        self.human("replay", "--decision", "dec_99", code=3)
        self.human("replay", code=2, has=["--decision"])
        self.human("replay", "-", "--decision", "dec_1", code=2)

    def test_05_lists_and_records(self):
        over = self.world.data("violation", "list", "--account", "eve")
        self.assertEqual((over[0]["devices"], over[0]["limit"]), (2, 1))
        self.assertGreaterEqual(over[0]["seconds_over"], 10)
        self.human("violation", "show", over[0]["id"], has=["eve", "203.0.113.0/24"])
        self.human("violation", "show", "vio_99", code=3)
        self.human("violation", "show", "seven", code=2)
        self.human("decision", "list", "--state", "in_force", has=["eve", "block"])
        self.human("decision", "show", self.first, has=["mea_1", "in force", "due in"])
        self.human("account", "list", "--blocked", has=["eve", "blocked"])
        self.assertEqual([row["account"] for row in self.world.data("account", "list", "--match", "an")], ["ann", "dan"])
        self.human("account", "show", "eve", has=["blocked", "Devices counted"])
        self.human("limit", "list", has=["dan", "general"])
        self.human("limit", "show", "dan", has=["3 (account)"])
        self.human("mode", "show", has=["global", "enforce", "file"])
        self.human("backend", "list", has=["main", "ready"])
        self.human("enforcer", "list", has=["main", "yes"])
        self.human("top", has=["ann"])
        self.assertEqual(self.world.ask("account", "list").stdout.split("\t")[0], "account")
        ids = {"decision", "violation", "source", "limit", "exempt", "trust", "enforcer", "backend"}
        for noun in sorted(ids):
            self.assertIsInstance(self.world.data(noun, "list"), list, noun)

    def test_06_sources(self):
        row = self.world.data("source", "list")[0]
        self.assertEqual((row["source"], row["state"]), ("node1", "live"))
        self.assertEqual(row["skipped"][0]["reason"] in ("other", "loopback-source"), True)
        self.human("source", "test", "node1", has=["access.log", "live"])
        self.human("source", "test", "nonsense", code=3, has=["fairgate source list"])
        tail = subprocess.Popen([BINARIES / "fairgate", "source", "tail", "node1", "--json", "--socket",
                                 str(self.world.folder / "api.sock")], stdout=subprocess.PIPE, text=True)
        try:
            lines = [json.loads(tail.stdout.readline())["data"] for _ in range(8)]
        finally:
            tail.terminate()
            tail.communicate(timeout=10)
        self.assertLessEqual({"count", "skip"}, {line["verdict"] for line in lines})
        self.assertNotIn("\x1b", "".join(line["line"] for line in lines))
        self.human("source", "tail", "nonsense", code=3)

    def test_07_mode_shadow_stops_enforcing_and_says_so(self):
        self.human("mode", "set", "shadow", "--dry-run", has=["enforce -> shadow"])
        self.assertEqual(self.world.data("status")["mode"], "enforce")
        self.human("mode", "set", "shadow", "--for", "10m", "--reason", "a test", has=["Undo: fairgate mode clear"])
        self.human("doctor", has=["NOT enforcing because", "the mode is shadow until"])
        self.human("status", has=["NOT enforcing because", "fairgate preview enforce"])
        self.human("exempt", "remove", "bob", has=["Undo: fairgate exempt add bob --until", "--reason 'a test'"])
        decision = wait_for("a decision on bob", lambda: self.decisions("bob"))[0]
        self.assertEqual(decision["state"], "shadow")
        self.assertEqual(self.world.status_at_panel("bob"), "active")
        self.human("preview", "enforce", has=["bob", "1 account blocked"])
        self.human("preview", "enforce", "--fail-on", "0", code=10)
        self.human("exempt", "add", "bob")
        self.human("mode", "set", "nonsense", code=2)
        self.human("mode", "clear", has=["as configured"])
        self.human("mode", "clear", code=4, has=["FG-CTL-005"])
        self.assertEqual(self.world.data("status")["mode"], "enforce")

    def test_08_undo_truly_undoes(self):
        self.human("undo", code=2, has=["--last"])
        self.human("undo", "--all", code=2, has=["--yes"])
        self.human("undo", "--last", "--dry-run", has=[self.first, "eve"])
        self.assertEqual(self.world.status_at_panel("eve"), "disabled")
        self.human("undo", "--last", "--reason", "false-positive", has=["undone", "fairgate exempt add eve --for 24h"])
        wait_for("eve to be active", lambda: self.world.status_at_panel("eve") == "active")
        wait_for("the measure to be lifted", lambda: self.world.data("status")["measures"]["active"] == 0)
        self.human("undo", "--last", has=["Nothing was in force"])
        self.human("undo", self.first, has=["was released before"])
        self.human("undo", "dec_99", code=3)
        self.human("undo", "rubbish", code=2)
        text = self.human("why", self.first, has=["taken back"])
        self.assertNotIn("ends by itself", text)
        self.assertEqual(self.world.data("decision", "show", self.first)["state"], "undone")

    def test_09_by_hand_extended_and_released(self):
        self.human("decision", "add", "dan", "--for", "10m", "--dry-run", has=["block dan for 10 m"])
        self.human("decision", "add", "dan", "--for", "0s", code=2)
        self.human("decision", "add", "nobody-there", code=3)
        added = self.world.data("decision", "add", "dan", "--for", "10m", "--reason", "sold")
        identity = added["undo"].split()[-1]
        wait_for("dan to be disabled", lambda: self.world.status_at_panel("dan") == "disabled")
        self.human("decision", "extend", identity, "--for", "2h", has=["-> until"])
        self.human("why", identity, has=["blocked by hand", "sold"])
        self.human("undo", "--since", "1h", "--all", "--dry-run", has=[identity])
        self.human("undo", "--since", "1h", "--all", "--yes", has=["undone"])
        wait_for("dan to be active", lambda: self.world.status_at_panel("dan") == "active")
        self.human("decision", "extend", identity, "--for", "2h", code=4)
        self.human("decision", "cancel", identity, has=["ended"])

    def test_10_limits_and_trust(self):
        self.human("limit", "preview", "general", "1", has=["over this limit"])
        self.human("limit", "set", "ann", "4", "--dry-run", has=["not set -> 4"])
        self.human("limit", "set", "ann", "4", "--reason", "a test", has=["Undo: fairgate limit clear ann"])
        self.human("limit", "set", "ann", "4", has=["already"])
        self.human("limit", "set", "ann", "4", "--strict", code=4)
        self.human("limit", "set", "ann", "0", code=2)
        self.human("limit", "set", "an", "4", has=["no account of that name is known yet"])
        self.human("limit", "clear", "ann", has=["Undo: fairgate limit set ann 4 --reason 'a test'"])
        self.human("limit", "clear", "dan", code=4, has=["FG-CTL-005", "limits.accounts.dan"])
        self.human("limit", "set", "--group", "gold", "3")
        self.human("limit", "clear", "--group", "gold")
        self.human("trust", "add", "198.51.100.0/24", "--reason", "cdn", has=["never counted"])
        self.human("trust", "test", "198.51.100.24", has=["198.51.100.0/24", "no"])
        self.human("trust", "list", has=["cdn"])
        self.human("trust", "remove", "198.51.100.0/24", has=["--reason cdn"])
        self.human("trust", "add", "rubbish", code=2, has=["AS64500"])

    def test_11_sources_can_be_paused(self):
        self.human("source", "pause", "node1", has=["Undo: fairgate source resume node1"])
        self.human("doctor", "--only", "source", has=["NOT enforcing because", "node1 is paused"])
        self.human("source", "resume", "node1")
        self.human("source", "pause", "nonsense", code=3)

    def test_12_the_api_over_tcp_wants_a_token(self):
        status, headers, problem = self.world.http("GET", "/status")
        self.assertEqual((status, headers["Content-Type"]), (401, "application/problem+json"))
        self.assertTrue(problem["code"].startswith("FG-AUTH-"))
        status, _, _ = self.world.http("GET", "/status", "fg_reader_" + "00" * 32)
        self.assertEqual(status, 401)
        reader, writer = self.world.reader, self.world.writer
        status, headers, _ = self.world.http("GET", "/limits", reader)
        self.assertEqual(status, 200)
        status, _, nothing = self.world.http("GET", "/limits", reader, **{"If-None-Match": headers["ETag"]})
        self.assertEqual((status, nothing), (304, None))
        status, _, problem = self.world.http("PUT", "/limits/account/ann", reader, '{"devices":2}')
        self.assertEqual((status, problem["status"]), (403, 403))
        self.assertEqual(self.world.http("PUT", "/limits/account/ann", writer, '{"devices":2}')[0], 200)
        status, _, problem = self.world.http("PUT", "/limits/account/ann", writer, '{"devices":3}',
                                             **{"If-Match": '"nonsense"'})
        self.assertEqual(status, 412, problem)
        self.assertEqual(self.world.http("DELETE", "/limits/account/ann", writer)[0] // 100, 2)
        status, _, problem = self.world.http("PUT", "/limits/account/ann", writer, '{"devices":"many"}')
        self.assertEqual((status, problem["changed"]), (422, False))
        status, _, page = self.world.http("GET", "/accounts?limit=2", reader)
        seen = [row["account"] for row in page["data"]]
        status, _, page = self.world.http("GET", "/accounts?limit=2&cursor=" + page["page"]["next_cursor"], reader)
        self.assertEqual(sorted(seen + [row["account"] for row in page["data"]]), sorted(ACCOUNTS))
        self.assertEqual(self.world.http("GET", "/accounts?cursor=rubbish", reader)[0], 400)
        self.assertEqual(self.world.http("GET", "/nonsense", reader)[0], 404)
        ran = subprocess.run([BINARIES / "fairgate", "account", "list", "--json", "--server", f"http://127.0.0.1:{self.world.port}",
                              "--token-file", str(self.world.folder / "reader")], capture_output=True, text=True,
                             timeout=30, check=False)
        self.assertEqual(len(json.loads(ran.stdout)["data"]), len(ACCOUNTS), ran.stderr)
        ran = subprocess.run([BINARIES / "fairgate", "limit", "set", "ann", "3", "--server", f"http://127.0.0.1:{self.world.port}",
                              "--token-file", str(self.world.folder / "reader")], capture_output=True, text=True,
                             timeout=30, check=False)
        self.assertEqual(ran.returncode, 5, ran.stderr)

    def test_13_events_came_and_can_be_resumed(self):
        file = self.world.folder / "events.jsonl"
        wait_for("events", lambda: "lifted" in file.read_text())
        events = [json.loads(line) for line in file.read_text().splitlines()]
        kinds = {event["event"] for event in events}
        self.assertLessEqual({"violation", "decision", "measure", "source", "mode", "setting"}, kinds)
        by_hand = [event for event in events if event["event"] == "decision" and event["data"]["account"] == "dan"]
        self.assertTrue(any("sold" in event["data"]["message"] for event in by_hand), by_hand)
        middle = events[len(events) // 2]["id"]
        rest = self._events_after(middle, len(events) - len(events) // 2 - 1)
        self.assertEqual(rest, [event["id"] for event in events[len(events) // 2 + 1:]])
        self.assertEqual(self._events_after("17-3", 1, "reset"), ["reset"])
        self.human("watch", "--kind", "nonsense", code=2)

    def test_13b_the_daemons_own_log_tells_of_decisions_and_measures(self):
        log = (self.world.folder / "daemon.log").read_text()
        for part in ("decision dec_", 'measure mea_1 active: "', "is given back", "; fairgate why dec_1"):
            self.assertIn(part, log)
        for line in log.splitlines()[1:]:
            self.assertRegex(line, r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ \S")

    def _events_after(self, identity, count, kind="id"):
        """The next ids, or kinds, as a browser would ask for them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=10)
        try:
            connection.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {self.world.reader}",
                                                                  "Last-Event-ID": identity})
            answer, found = connection.getresponse(), []
            while len(found) < count:
                name, _, value = answer.readline().decode().strip().partition(": ")
                if name == ("id" if kind == "id" else "event"):
                    found.append(value)
            return found
        finally:
            connection.close()

    def test_14_shells_are_offered_live_names(self):
        offered = subprocess.run([BINARIES / "fairgate", "__complete", "account", "a"], text=True, capture_output=True,
                                 timeout=30, check=False,
                                 env=self.world.environment(FAIRGATE_CONFIG=str(self.world.folder / "fairgate.toml")))
        self.assertEqual(offered.stdout.split(), ["ann"], offered.stderr)

    def test_15_a_daemon_that_is_gone_is_named(self):
        self.world.daemon.terminate()
        self.assertEqual(self.world.daemon.wait(15), 0)
        self.human("status", code=6, has=["FG-CLI-011", "systemctl start fairgate"])
        self.human("doctor", code=9, has=["NOT enforcing because", "cannot be reached"])
        self.assertIsNone(self.events.poll(), "watch waits until the daemon is back")
        self.events.send_signal(signal.SIGINT)
        self.assertEqual(self.events.wait(15), -signal.SIGINT)  # 130 in a shell


if __name__ == "__main__":
    if not shutil.which("openssl") or not (BINARIES / "lab_panel").exists():
        print("SKIPPED: needs openssl and lab_panel")
        sys.exit(SKIPPED)
    unittest.main()

#!/usr/bin/env python3
"""The program from outside: exit codes, streams, a daemon over its socket, and one that is not there."""
import http.server
import json
import os
import pathlib
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

FAIRGATE = sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/bin/fairgate"
LINE = "2026/01/30 09:12:01.482913 from 198.51.100.24:50412 accepted tcp:example.com:443 [in -> direct] email: 7.ali"


def fairgate(*words, env=None, given=None, **more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FAIRGATE_")} | (env or {})
    return subprocess.run([FAIRGATE, *words], capture_output=True, text=True, env=environment, input=given,
                          timeout=60, check=False, **more)


class Api(http.server.BaseHTTPRequestHandler):
    """A daemon that knows a few answers."""

    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "local"

    def log_message(self, *_):
        pass

    def say(self, status, body, kind="application/json"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.server.seen.append((self.path, self.headers.get("Authorization")))
        if self.path.startswith("/api/v1/accounts?"):
            self.say(200, json.dumps({"data": [{"account": "ali\x1b[2J", "devices": 3, "limit": 2, "state": "over"}],
                                      "page": {"next_cursor": None}}))
        elif self.path == "/api/v1/accounts/bob":
            self.say(404, json.dumps({"code": "FG-STO-010", "title": "there is no account \"bob\"", "status": 404,
                                      "instance": "req_7"}), "application/problem+json")
        elif self.path == "/api/v1/accounts/broken":
            self.say(502, "<html>bad gateway</html>", "text/html")
        elif self.path == "/api/v1/accounts/garbage":
            self.say(200, "{not json")
        elif self.path == "/api/v1/accounts/slow":
            time.sleep(5)
        elif self.path == "/api/v1/events" and self.headers.get("Last-Event-ID") == "1":
            self.say(401, json.dumps({"code": "FG-AUTH-001", "title": "the token has expired", "status": 401}),
                     "application/problem+json")
        elif self.path == "/api/v1/events":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b": ping\n\nid: 1\nevent: decision\ndata: {\"message\":\"ali blocked\"}\n\n")
            self.close_connection = True
        else:
            self.say(404, "{}")

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.seen.append((self.path, body))
        self.say(200, json.dumps({"changed": True, "message": "general limit 2 to 3",
                                  "undo": "fairgate limit set general 2"}))


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


class WithDaemon(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.socket = cls.folder.name + "/api.sock"
        cls.server = UnixServer(cls.socket, Api)
        cls.server.seen = []
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()
        cls.folder.cleanup()

    def ask(self, *words, **more):
        return fairgate("--socket", self.socket, *words, **more)

    def test_a_list_has_tabs_and_shows_control_characters(self):
        ran = self.ask("account", "list", "--over-limit")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("ali\\x1b[2J\tover\t3\t2", ran.stdout)
        self.assertNotIn("\x1b", ran.stdout)

    def test_json_keeps_its_promise(self):
        answer = json.loads(self.ask("account", "list", "--over-limit", "--json").stdout)
        self.assertEqual(answer["schema"], "fairgate.account.list/1")
        self.assertEqual(answer["data"][0]["devices"], 3)
        self.assertEqual([answer["next_cursor"], answer["warnings"]], [None, []])

    def test_a_change_says_how_to_undo_it(self):
        ran = self.ask("limit", "set", "general", "3")
        self.assertEqual(ran.stdout, "general limit 2 to 3  Undo: fairgate limit set general 2\n")
        self.assertIn(("/api/v1/limits/general", '{"devices":3}'), self.server.seen)

    def test_a_problem_has_its_code_and_exit_code(self):
        ran = self.ask("account", "show", "bob")
        self.assertEqual(ran.returncode, 3)
        self.assertIn("FG-STO-010: there is no account \"bob\"", ran.stderr)
        self.assertIn("req_7", ran.stderr)
        self.assertEqual(self.ask("account", "show", "broken").returncode, 6)
        self.assertEqual(self.ask("account", "show", "garbage").returncode, 1)

    def test_a_slow_daemon_times_out(self):
        ran = self.ask("account", "show", "slow", "--timeout", "300ms")
        self.assertEqual(ran.returncode, 8, ran.stderr)
        self.assertIn("FG-CLI-012", ran.stderr)

    def test_events_are_followed_until_waiting_does_not_help(self):
        ran = self.ask("watch", "--json")
        self.assertEqual(json.loads(ran.stdout)["data"]["message"], "ali blocked")
        self.assertIn("The daemon went away", ran.stderr)
        self.assertEqual(ran.returncode, 5, ran.stderr)

    def test_the_token_is_read_from_a_file_and_never_shown(self):
        token = pathlib.Path(self.folder.name, "token")
        token.write_text("fg_1_hunter2\n")
        token.chmod(0o600)
        ran = self.ask("account", "list", "--online", "--token-file", str(token))
        self.assertIn(("/api/v1/accounts?online=true", "Bearer fg_1_hunter2"), self.server.seen)
        self.assertNotIn("hunter2", ran.stdout + ran.stderr)
        ran = fairgate("--server", "http://192.0.2.1:1", "--token-file", str(token), "status")
        self.assertIn("FG-CLI-017", ran.stderr)
        token.chmod(0o644)
        self.assertEqual(self.ask("account", "list", "--token-file", str(token)).returncode, 2)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become nobody")
    def test_a_forbidden_socket_says_what_to_do(self):
        os.chmod(self.folder.name, 0o755)
        os.chmod(self.socket, 0o600)
        program = pathlib.Path(self.folder.name, "fairgate")  # nobody may not look into every checkout
        program.write_bytes(pathlib.Path(FAIRGATE).read_bytes())
        program.chmod(0o755)
        ran = subprocess.run([program, "--socket", self.socket, "status"], capture_output=True, text=True,
                             user="nobody", timeout=60, check=False)
        self.assertEqual(ran.returncode, 5, ran.stderr)
        self.assertIn("usermod -aG fairgate", ran.stderr)


class WithoutDaemon(unittest.TestCase):
    def test_exit_codes_say_what_kind_of_trouble_it_is(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = pathlib.Path(folder, "bad.toml")
            bad.write_text("[limits]\ngenral = 2\n")
            for code, words in {
                0: ["version"],
                2: ["nonsense"],
                3: ["replay", folder + "/none.log"],
                6: ["--socket", folder + "/none.sock", "status"],
                9: ["config", "check", str(bad)],
            }.items():
                ran = fairgate(*words)
                self.assertEqual(ran.returncode, code, f"{words}: {ran.stdout}{ran.stderr}")

    def test_data_and_errors_have_their_own_streams(self):
        ran = fairgate("nonsense")
        self.assertEqual(ran.stdout, "")
        self.assertTrue(ran.stderr.startswith("error FG-CLI-001"))

    def test_a_question_that_nobody_can_answer_is_not_asked(self):
        ran = fairgate("undo", "--all", given="")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("--yes", ran.stderr)

    def test_explain_reads_a_line_a_file_and_standard_input(self):
        answer = json.loads(fairgate("explain", LINE, "--json").stdout)
        self.assertEqual(answer["data"]["account"], "ali")
        ran = fairgate("explain", "-f", "-", "-o", "jsonl", given=LINE + "\nhello\n")
        self.assertEqual([json.loads(line)["verdict"] for line in ran.stdout.splitlines()], ["count", "skip"])

    def test_replay_reads_standard_input_and_tells_progress_as_objects(self):
        ran = fairgate("replay", "-", "--json", "--progress", "json", given=LINE + "\n")
        self.assertEqual(json.loads(ran.stdout)["lines"], 1)
        for line in ran.stderr.splitlines():
            self.assertEqual(json.loads(line)["progress"], "replay")

    def test_a_replay_of_what_is_no_access_log_is_an_error(self):
        error_log = "2026/01/30 09:12:01 [Warning] core: Xray 25.1.1 started\n"
        for given, what in (("# It's a page\n\ntext\n", "no access line"), (error_log * 3, "a line of the error log"),
                            ("\n" + error_log, "lines read: 2"), ("\x7fELF\x01" + "x" * 200_000, "longer than 64 KiB")):
            ran = fairgate("replay", "-", given=given)
            self.assertEqual((ran.returncode, ran.stdout), (2, ""), ran.stderr)
            self.assertIn("FG-RPL-003", ran.stderr)
            self.assertIn(what, ran.stderr)
            answer = json.loads(fairgate("replay", "-", "--json", given=given).stderr)["error"]
            self.assertEqual((answer["code"], answer["where"]), ("FG-RPL-003", "standard input"))
        self.assertIn(r"fairgate explain '# It'\''s a page'", fairgate("replay", "-", given="# It's a page\n").stderr)

    def test_a_replay_of_an_empty_log_or_of_one_good_line_is_fine(self):
        for given in ("", "\n", "started\n" + LINE + "\nhalf a li\n", LINE.replace("198.51.100.24", "*.*.*.*") + "\n"):
            ran = fairgate("replay", "-", given=given)
            self.assertEqual(ran.returncode, 0, ran.stderr)

    def test_all_faults_of_policy_and_limits_come_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            policy = pathlib.Path(folder, "p.toml")
            policy.write_text("[counting]\nmethod = 'overlop'\nwindow = 5\n")
            limits = pathlib.Path(folder, "l.json")
            limits.write_text('{"ali": 0}')
            ran = fairgate("replay", "-", "--policy", str(policy), "--limits", str(limits), given="")
            self.assertEqual(ran.returncode, 2)
            for part in ("p.toml:2:10", "p.toml:3:10", "limits.accounts.ali"):
                self.assertIn(part, ran.stderr)

    def test_only_named_countries_are_counted_and_an_exemption_ends(self):
        table = pathlib.Path(__file__).parents[1] / "data/geo/country.mmdb"
        lines = "".join(f"2026/01/30 09:{second // 60:02}:{second % 60:02} from {address}:4711 accepted tcp:example.com:443 "
                        f"[in -> direct] email: ali\n"
                        for second in range(0, 1200, 10) for address in ("198.51.100.24", "203.0.113.40"))
        with tempfile.TemporaryDirectory() as folder:
            policy = pathlib.Path(folder, "p.toml")

            def replayed(text):
                policy.write_text("[limits]\ngeneral = 1\n" + text)
                ran = fairgate("replay", "-", "--policy", str(policy), "--json", given=lines)
                self.assertEqual(ran.returncode, 0, ran.stderr)
                return json.loads(ran.stdout)

            self.assertEqual(len(replayed("")["violations"]), 1)
            one = replayed(f'[counting]\ncountries = ["IR"]\ncountry_file = "{table}"\n')
            self.assertEqual((one["violations"], one["skipped"]["country"], one["observations"]), ([], 120, 120))
            late = replayed('[[exempt.accounts]]\nname = "ali"\nuntil = 2026-01-30T09:10:00Z\n')["violations"]
            self.assertEqual(late[0]["opened"], "2026-01-30T09:10:00Z")
            self.assertEqual(replayed('[[exempt.accounts]]\nname = "ali"\n')["violations"], [])

    def test_a_closed_pipe_ends_the_program_quietly(self):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder, "a.log")
            log.write_text((LINE + "\n") * 20000)
            program = subprocess.Popen([FAIRGATE, "explain", "-f", str(log), "-o", "jsonl"],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            program.stdout.read(10)
            program.stdout.close()
            self.assertIn(program.wait(timeout=30), (-signal.SIGPIPE, 0, 1))
            self.assertEqual(program.stderr.read(), b"")
            program.stderr.close()

    def test_settings_come_from_the_environment_and_secrets_are_not_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "fairgate.toml")
            file.write_text("[[backend]]\nname='m'\ntype='pasarguard'\nurl='https://p'\nusername='u'\n")
            ran = fairgate("--config", str(file), "config", "show", "--origin", "--changed",
                           env={"FAIRGATE_LIMITS__GENERAL": "3", "FAIRGATE_BACKEND__M__PASSWORD": "hunter2"})
            self.assertIn("limits.general\t3\tFAIRGATE_LIMITS__GENERAL", ran.stdout)
            self.assertIn("backend.m.password\t***\tFAIRGATE_BACKEND__M__PASSWORD", ran.stdout)
            self.assertNotIn("hunter2", ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()

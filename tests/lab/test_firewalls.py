#!/usr/bin/env python3
"""A firewall that is not there, is switched off under us, or loses its rules: what is not enforced is said within
seconds, with its code and the next step; what was decided stays decided, and is in force again when the firewall is
back. With the real ufw, fail2ban and iptables, in a network and with folders of their own."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

from lab import die_with_parent, require, wait_for
from test_blocks import OWN, FirewallLab

SOON = 40  # seconds; a look every ten, and less often where a look takes long on a slow machine
FAIL2BAN = pathlib.Path("/etc/fail2ban")

LIMIT_IP_JAIL = """[3x-ipl]
enabled = true
backend = polling
filter = 3x-ipl
action = iptables-allports[name=3x-ipl]
logpath = {log}
maxretry = 1
findtime = 32
bantime = 30m
"""
LIMIT_IP_FILTER = r"""[Definition]
datepattern = ^%%Y/%%m/%%d %%H:%%M:%%S
failregex = \[LIMIT_IP\]\s*Email\s*=\s*<F-USER>.+</F-USER>\s*\|\|\s*Disconnecting OLD IP\s*=\s*<ADDR>\s*\|\|\s*Timestamp\s*=\s*\d+
"""
# Before 2.8.10, with maxretry = 2.
OLDER_FILTER = r"""[Definition]
datepattern = ^%%Y/%%m/%%d %%H:%%M:%%S
failregex = \[LIMIT_IP\]\s*Email\s*=\s*<F-USER>.+</F-USER>\s*\|\|\s*SRC\s*=\s*<ADDR>
"""


def in_own_folders():
    """Runs this script again with mounts of its own: copies of what the tools change, nothing of the machine's."""
    if not os.environ.get("FAIRGATE_OWN_MOUNTS"):
        os.execvpe("unshare", ["unshare", "-m", sys.executable, *sys.argv], {**os.environ, "FAIRGATE_OWN_MOUNTS": "1"})
    mount("-t", "tmpfs", "tmpfs", "/run")  # sockets and locks, and the networks of the lab
    for number, folder in enumerate(("/etc/ufw", "/etc/default", FAIL2BAN)):
        copy = f"/run/copy-{number}"
        shutil.copytree(folder, copy, symlinks=True)
        mount("--bind", copy, folder)
    for folder in ("/var/lib/fail2ban", "/var/log"):
        mount("-t", "tmpfs", "tmpfs", folder)
    os.mkdir("/run/fail2ban")
    for path in (FAIL2BAN / "jail.d").iterdir():
        path.unlink()


def side_by_side(*cases):
    """Each in a process and in folders of its own: they mostly wait."""
    running = [subprocess.Popen([sys.executable, __file__, case.__name__], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, preexec_fn=die_with_parent) for case in cases]
    for process in running:
        print(process.communicate()[0], flush=True)
    sys.exit(any(process.returncode for process in running))


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)


class OffLab(FirewallLab):
    def said(self, code, step):
        """Waits until every place says that code, and the step that helps."""
        def says_both(text):
            return code in text and step in text

        try:
            wait_for(f"status to say {code}", lambda: says_both(json.dumps(self.ask("status"))), SOON)
        finally:
            self.code_of("status")
        exit_code, text = self.code_of("block", "check")
        assert exit_code == 9 and says_both(text), (exit_code, text)
        exit_code, text = self.code_of("doctor")
        assert exit_code == 9 and says_both(text), (exit_code, text)

    def content(self):
        """Waits until nothing is left to say of the firewall."""
        wait_for("status to be content", lambda: not any(
            word in json.dumps(self.ask("status")) for word in ("FG-ENF-", "FG-RUN-")), SOON)
        check = self.ask("block", "check")
        assert check["clean"], check

    def measures(self):
        """(state of the decision, state of its measure) of the newest decision."""
        newest = self.ask("decision", "show", self.ask("decision", "list")[0]["id"])
        return newest["state"], newest["measures"][0]["state"]

    def order_block(self):
        self.ask("decision", "add", "alice", "--for", "1h", "--yes")

    def is_out(self):
        """Whether alice's connection was cut and none came since."""
        return not any(row["account"] == "alice" for row in self.ask("session", "list"))

    def wait_until_kept_out(self):
        wait_for("alice to be kept out", lambda: self.is_out() and self.measures() == ("in_force", "active"), SOON)

    def take_back(self):
        self.ask("undo", "--last", "--yes")
        wait_for("alice to be let in again", lambda: not self.is_out() and self.measures() == ("undone", "lifted"), SOON)

    def bob_was_never_disturbed(self):
        words = next(p for p in self.programs if p.name == "bob").text().split()
        assert set(words) == {"here"} and len(words) > 10, words


class Ufw(unittest.TestCase):
    def test_not_installed_inactive_enabled_and_disabled_again(self):
        nothing = pathlib.Path("/run/nothing")
        nothing.touch(0o600)
        tool = shutil.which("ufw")
        mount("--bind", nothing, tool)
        with OffLab('driver = "ufw"') as lab:
            lab.said("FG-RUN-001", "install it")
            lab.order_block()
            self.assertEqual(lab.measures(), ("in_force", "pending"))
            subprocess.run(["umount", tool], check=True)
            lab.said("FG-ENF-021", "ufw enable")
            self.assertFalse(lab.is_out(), "what could not be refused was cut")

            lab.run(lab.server, ["ufw", "default", "allow", "incoming"])
            lab.run(lab.server, ["ufw", "--force", "enable"])
            lab.wait_until_kept_out()
            lab.content()

            lab.run(lab.server, ["ufw", "disable"])
            lab.said("FG-ENF-021", "ufw enable")
            self.assertEqual(lab.measures(), ("in_force", "active"))
            lab.run(lab.server, ["ufw", "--force", "enable"])
            lab.content()
            wait_for("alice to be kept out again", lab.is_out, SOON)

            # What is over while it is off does not come back with it.
            lab.run(lab.server, ["ufw", "disable"])
            lab.take_back()
            lab.run(lab.server, ["ufw", "--force", "enable"])
            self.assertNotIn(OWN, lab.run(lab.server, ["ufw", "show", "added"]))
            lab.content()
            lab.bob_was_never_disturbed()
            lab.run(lab.server, ["ufw", "disable"])


class Fail2ban(unittest.TestCase):
    def start_server(self, lab):
        self.server = lab.start(lab.server, "fail2ban", ["fail2ban-server", "-f", "-x"])
        wait_for("fail2ban to answer", lambda: "pong" in lab.run(lab.server, ["fail2ban-client", "ping"], check=False), 20)

    def test_absent_without_the_jail_stopped_and_killed(self):
        with OffLab('driver = "fail2ban"') as lab:
            lab.said("FG-ENF-021", "systemctl start fail2ban")
            lab.order_block()
            self.start_server(lab)
            lab.said("FG-ENF-021", "fail2ban-client reload")
            for part in ("jail.d", "filter.d"):
                shutil.copytree(pathlib.Path(__file__).parents[2] / "packaging/fail2ban" / part, FAIL2BAN / part,
                                dirs_exist_ok=True)
            lab.run(lab.server, ["fail2ban-client", "reload"])
            lab.wait_until_kept_out()
            lab.content()

            self.server.stop(20)
            lab.said("FG-ENF-021", "systemctl start fail2ban")
            self.start_server(lab)
            lab.content()
            self.server.kill()  # its socket stays
            lab.said("FG-ENF-021", "systemctl start fail2ban")
            self.assertEqual(lab.measures(), ("in_force", "active"))
            self.start_server(lab)
            lab.wait_until_kept_out()
            lab.content()
            lab.take_back()
            self.jail_of_3x_ui(lab)
            lab.bob_was_never_disturbed()

    def jail_of_3x_ui(self, lab):
        """The same daemon tells an address to a jail by a line in the log that it watches."""
        log, blocked = lab.folder / "3xipl.log", lab.folder / "blocked.log"
        log.touch()
        (FAIL2BAN / "jail.d/3x-ipl.conf").write_text(LIMIT_IP_JAIL.format(log=log))
        (FAIL2BAN / "filter.d/3x-ipl.conf").write_text(LIMIT_IP_FILTER)
        lab.run(lab.server, ["fail2ban-client", "reload"])
        lab.daemon.stop(10)
        lab.firewall = f'driver = "fail2ban"\njail = "3x-ipl"\nlimit_ip_log = "{log}"\nblocked_log = "{blocked}"'
        lab.start_daemon()
        wait_for("alice to be seen", lambda: not lab.is_out(), 20)
        lab.order_block()
        lab.wait_until_kept_out()
        lab.content()
        self.assertIn(OWN, lab.run(lab.server, ["fail2ban-client", "get", "3x-ipl", "banip"]))
        (FAIL2BAN / "filter.d/older.conf").write_text(OLDER_FILTER)
        lines = log.read_text().splitlines()
        for name in ("3x-ipl", "older"):
            told = lab.run(lab.server, ["fail2ban-regex", "-o", "<ip>", log, FAIL2BAN / f"filter.d/{name}.conf"])
            self.assertEqual(told.split(), [OWN] * len(lines), name)
        self.assertIn(f" [LIMIT_IP] Email = alice || Disconnecting OLD IP = {OWN} || Timestamp = ", lines[0])
        self.assertRegex(blocked.read_text(), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| \w+ \| alice \| .+\n$")
        lab.take_back()
        self.assertNotIn(OWN, lab.run(lab.server, ["fail2ban-client", "get", "3x-ipl", "banip"]))


class Iptables(unittest.TestCase):
    def test_a_chain_that_others_flush_is_filled_again(self):
        with OffLab('driver = "iptables"') as lab:
            lab.order_block()
            lab.wait_until_kept_out()
            for flush in (["-F", "FAIRGATE"], ["-F"]):
                lab.run(lab.server, ["iptables", *flush])
                lab.said("FG-ENF-025", "doctor --fix")
                flushed = time.monotonic()
                lab.content()
                print(f"{flush}: filled again {time.monotonic() - flushed:.1f} s after it was said", flush=True)
                self.assertIn(OWN, lab.run(lab.server, ["iptables", "-S", "FAIRGATE"]))
            lab.run(lab.server, ["iptables", "-F", "FAIRGATE"])
            lab.code_of("doctor", "--fix")
            self.assertTrue(lab.ask("block", "check")["clean"])
            lab.take_back()
            lab.bob_was_never_disturbed()


if __name__ == "__main__":
    require("ufw", "fail2ban-server", "fail2ban-regex", "iptables", "ss", "unshare")
    if len(sys.argv) == 1:
        side_by_side(Ufw, Fail2ban, Iptables)
    in_own_folders()
    unittest.main()

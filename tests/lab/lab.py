"""A small internet of network namespaces, with real programs on its hosts.

    with Lab() as lab:
        server = lab.host("server", "192.0.2.1", "2001:db8:0:1::1")
        phone = lab.host("phone", "203.0.113.77")
        lab.start(server, "v2ray", ["v2ray", "-config", path])

Every host is a namespace with one link to a router namespace; addresses are those that RFC 5737 and
RFC 3849 keep for documentation, so nothing here can meet a real network. Names carry this process's
id; what an earlier, killed lab left behind is removed first. Programs die with this process.
"""
import ctypes
import dataclasses
import ipaddress
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
PREFIX = "fglab"
BINARIES = pathlib.Path(os.environ.get("FAIRGATE_BIN") or pathlib.Path(__file__).parents[2] / "build/dev/bin")
ROUTER_V4, ROUTER_V6 = "169.254.1.1", "fe80::1"


class LabError(Exception):
    """The lab itself did not come up, or a wait ran out."""


def require(*programs):
    """Ends the test as skipped, with the reason, where the lab cannot be built."""
    if os.geteuid() != 0:
        _skip("needs root for network namespaces")
    for program in ("ip", "nsenter", *programs):
        if shutil.which(program) is None:
            _skip(f"needs the program {program}; scripts/setup installs it")
    probe = subprocess.run(["ip", "netns", "add", f"{PREFIX}{os.getpid()}-probe"], capture_output=True, text=True)
    if probe.returncode != 0:
        _skip(f"cannot make a network namespace here: {probe.stderr.strip()}")
    subprocess.run(["ip", "netns", "del", f"{PREFIX}{os.getpid()}-probe"], check=False)


def fairgate(*arguments, codes=(0,), seconds=60):
    """Runs the command line of this build; the JSON that it prints."""
    done = subprocess.run([BINARIES / "fairgate", *map(str, arguments), "--json"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=seconds)
    if done.returncode not in codes:
        raise LabError(f"fairgate {arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def _skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def wait_for(what, condition, seconds, every=0.1):
    """The condition's first true value; LabError when it stays false for that long."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise LabError(f"waited {seconds} s for: {what}")
        time.sleep(every)


@dataclasses.dataclass
class Host:
    name: str
    namespace: str
    link: str  # the router's end
    addresses: list


class Program:
    """A running program; its output is a file of the lab's folder."""

    def __init__(self, name, process, output):
        self.name, self.process, self.output = name, process, output

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        """As a crash would: SIGKILL to the program alone."""
        self.process.kill()
        self.process.wait(10)

    def stop(self, seconds=5):
        if self.alive():
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def text(self):
        return self.output.read_text(errors="replace")


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Lab:
    def __init__(self):
        self.prefix = f"{PREFIX}{os.getpid()}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fairgate-lab-"))
        self.hosts, self.programs = {}, []
        self.router = f"{self.prefix}-router"

    def __enter__(self):
        _remove_left_behind()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(1))  # so that __exit__ runs
        try:
            self._ip("netns", "add", self.router)
            for setting in ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"):
                self._in(self.router, "sysctl", "-qw", setting)
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self._show_outputs()
        for program in reversed(self.programs):
            program.stop()
        self._remove()
        return False

    def host(self, name, *addresses):
        """A host with these addresses, the only one that the router sends them to."""
        host = Host(name, f"{self.prefix}-{name}", f"fg{len(self.hosts)}", [])
        self.hosts[name] = host
        self._ip("netns", "add", host.namespace)
        self._ip("link", "add", "eth0", "netns", host.namespace, "type", "veth",
                 "peer", "name", host.link, "netns", self.router)
        for link, namespace in (("eth0", host.namespace), (host.link, self.router)):
            for setting in ("accept_dad", "router_solicitations"):
                self._in(namespace, "sysctl", "-qw", f"net.ipv6.conf.{link}.{setting}=0")
        self._in(self.router, "ip", "addr", "add", ROUTER_V4, "dev", host.link)
        self._in(self.router, "ip", "addr", "add", f"{ROUTER_V6}/64", "dev", host.link, "nodad")
        self._in(self.router, "ip", "link", "set", host.link, "up")
        self._in(host.namespace, "ip", "link", "set", "lo", "up")
        self._in(host.namespace, "ip", "link", "set", "eth0", "up")
        self.readdress(host, *addresses)
        return host

    def readdress(self, host, *addresses):
        """Gives the host other addresses, as a phone gets them that changes its network."""
        for address in host.addresses:
            self._in(host.namespace, "ip", "addr", "del", _with_length(address), "dev", "eth0")
            self._in(self.router, "ip", "route", "del", _with_length(address), "dev", host.link)
        host.addresses = list(addresses)
        for address in addresses:
            version = f"-{ipaddress.ip_address(address).version}"
            nodad = ["nodad"] if version == "-6" else []
            gateway = [ROUTER_V4, "dev", "eth0", "onlink"] if version == "-4" else [ROUTER_V6, "dev", "eth0"]
            self._in(host.namespace, "ip", "addr", "add", _with_length(address), "dev", "eth0", *nodad)
            self._in(host.namespace, "ip", version, "route", "replace", "default", "via", *gateway, "src", address)
            self._in(self.router, "ip", "route", "add", _with_length(address), "dev", host.link)

    def start(self, host, name, command, **environment):
        """Starts a program on a host."""
        output = self.folder / f"{name}.out"
        with output.open("ab") as written:
            process = subprocess.Popen(
                ["nsenter", f"--net=/run/netns/{host.namespace}", "--", *map(str, command)],
                stdin=subprocess.DEVNULL, stdout=written, stderr=subprocess.STDOUT, cwd=self.folder,
                env={**os.environ, "TZ": "UTC", **environment}, preexec_fn=die_with_parent,
            )
        program = Program(name, process, output)
        self.programs.append(program)
        return program

    def run(self, host, command, seconds=20, check=True):
        """Runs a program on a host to its end; its output as text."""
        done = subprocess.run(
            ["nsenter", f"--net=/run/netns/{host.namespace}", "--", *map(str, command)], cwd=self.folder,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, env={**os.environ, "TZ": "UTC"},
        )
        if check and done.returncode != 0:
            raise LabError(f"{host.name}: {command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def wait_for_port(self, host, port, seconds=20):
        """Waits until something on the host listens on this TCP port."""
        wait_for(f"{host.name} to listen on {port}",
                 lambda: self.run(host, ["ss", "-Hltn", f"sport = :{port}"]).strip(), seconds)

    def _ip(self, *arguments):
        self._command("ip", *arguments)

    def _in(self, namespace, *command):
        self._command("nsenter", f"--net=/run/netns/{namespace}", "--", *command)

    @staticmethod
    def _command(*command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        if done.returncode != 0:
            raise LabError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout

    def _show_outputs(self):
        for program in self.programs:
            lines = program.text().splitlines()[-25:]
            print(f"--- {program.name} ({'running' if program.alive() else program.process.returncode})", *lines, sep="\n")

    def _remove(self):
        for namespace in [self.router, *(host.namespace for host in self.hosts.values())]:
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def _with_length(address):
    return f"{address}/{ipaddress.ip_address(address).max_prefixlen}"


def _remove_left_behind():
    """Removes the namespaces of labs whose process is gone, and what still runs in them."""
    for path in pathlib.Path("/run/netns").glob(f"{PREFIX}*-*"):
        owner = path.name.removeprefix(PREFIX).partition("-")[0]
        if not owner.isdigit() or pathlib.Path(f"/proc/{owner}").exists():
            continue
        inside = subprocess.run(["ip", "netns", "pids", path.name], capture_output=True, text=True, check=False)
        for pid in inside.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        subprocess.run(["ip", "netns", "del", path.name], capture_output=True, check=False)

"""A real v2ray server with its access log, real v2ray clients, and the web page that they fetch."""
import json
import sys
import uuid

from lab import Lab, wait_for

SERVER_V4, SERVER_V6 = "192.0.2.1", "2001:db8:0:1::1"
WEB_V4 = "192.0.2.80"
PORTS = {"vmess": 10001, "vless": 10002, "trojan": 10003}
SOCKS = 1080
WARNINGS = {"loglevel": "warning"}


def credential(account):
    """The account's id and password, the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{account}.example"))


def _clients(protocol, accounts):
    if protocol == "trojan":
        return [{"password": credential(a), "email": a} for a in accounts]
    extra = {"alterId": 0} if protocol == "vmess" else {}
    return [{"id": credential(a), "email": a, **extra} for a in accounts]


def server_config(log, accounts):
    return {
        "log": {"access": str(log), **WARNINGS},
        "inbounds": [
            {"tag": protocol, "port": port, "protocol": protocol,
             "settings": {"clients": _clients(protocol, accounts),
                          **({"decryption": "none"} if protocol == "vless" else {})}}
            for protocol, port in PORTS.items()
        ],
        "outbounds": [{"tag": "direct", "protocol": "freedom"}],
    }


def client_config(protocol, account, server):
    where = {"address": server, "port": PORTS[protocol]}
    if protocol == "trojan":
        settings = {"servers": [{**where, "password": credential(account)}]}
    else:
        user = {"id": credential(account)}
        user |= {"alterId": 0, "security": "auto"} if protocol == "vmess" else {"encryption": "none"}
        settings = {"vnext": [{**where, "users": [user]}]}
    return {
        "log": WARNINGS,
        "inbounds": [{"listen": "127.0.0.1", "port": SOCKS, "protocol": "socks", "settings": {"udp": False}}],
        "outbounds": [{"protocol": protocol, "settings": settings}],
    }


class ProxyLab(Lab):
    """A lab with a proxy server for some accounts and a web server behind it."""

    def __init__(self, accounts):
        super().__init__()
        self.accounts = accounts
        self.access_log = self.folder / "access.log"
        self.proxy = None

    def __enter__(self):
        try:
            self._start_lab()
            self.allow(self.accounts)
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def _start_lab(self):
        super().__enter__()
        self.server = self.host("server", SERVER_V4, SERVER_V6)
        self.web = self.host("web", WEB_V4)
        (self.folder / "www").mkdir()
        (self.folder / "www/page").write_bytes(b"x" * 20_000)
        self.start(self.web, "web", [sys.executable, "-m", "http.server", "80", "--directory", "www"])
        self.wait_for_port(self.web, 80)

    def allow(self, accounts):
        """Starts the proxy, or starts it again, with these accounts: what a node does for its panel."""
        if self.proxy is not None:
            self.proxy.stop()
        self.proxy = self._v2ray(self.server, "server", server_config(self.access_log, accounts))
        for port in PORTS.values():
            self.wait_for_port(self.server, port)

    def client(self, name, protocol, account, *addresses):
        """A host with a real client of the account, ready to fetch."""
        host = self.host(name, *addresses)
        reach = SERVER_V6 if ":" in addresses[0] else SERVER_V4
        self._v2ray(host, name, client_config(protocol, account, reach))
        self.wait_for_port(host, SOCKS)
        return host

    def fetch(self, host):
        """One page through the host's proxy client; its length in bytes."""
        return int(self.run(host, self._curl() + ["-w", "%{size_download}", f"http://{WEB_V4}/page"], check=False) or 0)

    def browse(self, host):
        """Fetches a page every second, each over a new connection, until the program is stopped."""
        return self.start(host, f"{host.name}-browse", self._curl() + ["--rate", "60/m", f"http://{WEB_V4}/page?[1-9999]"])

    def lines_of(self, *needles):
        """The access log's lines that hold all of these."""
        if not self.access_log.exists():
            return []
        return [line for line in self.access_log.read_text().splitlines() if all(n in line for n in needles)]

    def wait_for_line(self, *needles, seconds=10):
        return wait_for(f"a line with {needles}", lambda: self.lines_of(*needles), seconds)

    def _v2ray(self, host, name, config):
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(config))
        return self.start(host, f"v2ray-{name}", ["v2ray", "-config", path])

    @staticmethod
    def _curl():
        return ["curl", "-sS", "-o", "/dev/null", "-m", "5", "-H", "Connection: close",
                "--socks5-hostname", f"127.0.0.1:{SOCKS}"]

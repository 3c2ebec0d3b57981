"""A hub and nodes that each have a host, a real v2ray with its log, and an agent; each node's way to the hub can be cut."""
import contextlib
import json
import os
import pathlib
import sys

from lab import BINARIES, Lab, fairgate, wait_for
from proxy import PORTS, SOCKS, WEB_V4, client_config, server_config

HUB, PORT = "192.0.2.10", 8470
NODES = {"de-1": "192.0.2.1", "fr-2": "192.0.2.2", "us-3": "192.0.2.3"}
AHEAD = {"fr-2": 3 * 3600}  # seconds by which a node's clock, and with it its log, is ahead

HUB_CONFIG = """
[limits]
general = 1
[mode]
global = "{mode}"
[daemon]
state_dir = "{folder}/hub"
socket = "{folder}/api.sock"
[agents]
listen = "{hub}:{port}"
{more}
"""
NODE_CONFIG = """
[agent]
state_dir = "{folder}/agent-{name}"
[[source]]
name = "access"
path = "{folder}/{name}.log"
zone = "UTC"
{more}
"""


class NodesLab(Lab):
    """Accounts that may connect at every node, watched by one hub."""

    def __init__(self, accounts, mode="shadow", hub_more="", node_more=""):
        super().__init__()
        self.accounts, self.mode, self.hub_more, self.node_more = accounts, mode, hub_more, node_more
        self.nodes, self.agents, self.starts, self.people = {}, {}, {}, {}

    def __enter__(self):
        try:
            super().__enter__()
            self._come_up()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def _come_up(self):
        self.web = self.host("web", WEB_V4)
        (self.folder / "www").mkdir()
        (self.folder / "www/page").write_bytes(b"x" * 20_000)
        self.start(self.web, "web", [sys.executable, "-m", "http.server", "80", "--directory", "www"])
        self.hub_host = self.host("hub", HUB)
        self.hub_config = self.folder / "hub.toml"
        self.hub_config.write_text(HUB_CONFIG.format(
            folder=self.folder, hub=HUB, port=PORT, mode=self.mode, more=self.hub_more))
        for name, address in NODES.items():
            self.nodes[name] = self.host(name, address)
            config = server_config(self.folder / f"{name}.log", self.accounts)
            self._v2ray(self.nodes[name], name, config, TZ=f"Etc/GMT-{AHEAD.get(name, 0) // 3600}")
        self.start_hub()
        for name, host in self.nodes.items():
            self.wait_for_port(host, PORTS["vless"])
            (self.folder / f"{name}.toml").write_text(
                NODE_CONFIG.format(folder=self.folder, name=name, more=self.node_more))
            token = self.ask("node", "join", name, "--address", f"{HUB}:{PORT}")["token"]
            self.run(host, [BINARIES / "fairgate", "agent", "join", token, "--config", self.folder / f"{name}.toml"])
            self.start_agent(name)
        for name in self.nodes:
            self.wait_for_node(name, "connected", 20)

    def _v2ray(self, host, name, config, **environment):
        path = self.folder / f"v2ray-{name}.json"
        path.write_text(json.dumps(config))
        return self.start(host, f"v2ray-{name}", ["v2ray", "-config", path], **environment)

    # ---- hub and agents -----------------------------------------------------------------------

    def start_hub(self):
        self.starts["hub"] = self.starts.get("hub", 0) + 1
        self.hub = self.start(self.hub_host, f"hub-{self.starts['hub']}",
                              [BINARIES / "fairgate", "daemon", "--config", self.hub_config])
        wait_for("the hub to answer", self._answers, 20)

    def start_agent(self, name):
        self.starts[name] = self.starts.get(name, 0) + 1
        environment = {}
        if name in AHEAD:
            clock = self.folder / f"{name}.clock"
            clock.write_text(str(AHEAD[name]))
            environment = {"LD_PRELOAD": os.environ["FAIRGATE_TEST_CLOCK_LIBRARY"], "FAIRGATE_TEST_CLOCK": str(clock)}
        self.agents[name] = self.start(
            self.nodes[name], f"agent-{name}-{self.starts[name]}",
            [BINARIES / "fairgate", "agent", "--config", self.folder / f"{name}.toml"], **environment)

    def _answers(self):
        if not self.hub.alive():
            raise AssertionError(f"the hub ended: {self.hub.text()[-2000:]}")
        with contextlib.suppress(Exception):
            return self.ask("status") is not None

    def ask(self, *arguments, codes=(0,)):
        return fairgate(*arguments, "--socket", self.folder / "api.sock", codes=codes)["data"]

    def node(self, name):
        return self.ask("node", "show", name)

    def wait_for_node(self, name, state, seconds):
        wait_for(f"{name} to be {state}", lambda: self.node(name)["state"] == state, seconds, 0.3)

    def cut_off(self, name):
        """No packet passes between the node and the hub any more; all else goes on."""
        for source, target in ((NODES[name], HUB), (HUB, NODES[name])):
            self._in(self.router, "nft", "add table ip cut; add chain ip cut way { type filter hook forward priority 0; };"
                     f"add rule ip cut way ip saddr {source} ip daddr {target} drop")

    def join_again(self):
        self._in(self.router, "nft", "delete table ip cut")

    # ---- people -------------------------------------------------------------------------------

    def person(self, place, address, account, *nodes):
        """Somebody at a place who fetches a page every second through each of these nodes."""
        host = self.people.get(place) or self.host(place, address)
        self.people[place] = host
        return [self.browse(host, account, node, SOCKS + list(NODES).index(node)) for node in nodes]

    def browse(self, host, account, node, port):
        config = client_config("vless", account, NODES[node])
        config["inbounds"][0]["port"] = port
        name = f"{host.name}-{node}"
        core = self._v2ray(host, name, config)
        self.wait_for_port(host, port)
        pages = self.start(host, f"{name}-browse", [
            "curl", "-sS", "-o", "/dev/null", "-m", "5", "-H", "Connection: close", "--rate", "60/m",
            "--socks5-hostname", f"127.0.0.1:{port}", f"http://{WEB_V4}/page?[1-9999]"])
        return core, pages

    def lines_of(self, node, account):
        """The lines of the account in the node's log."""
        lines = (self.folder / f"{node}.log").read_text().splitlines()
        return [line for line in lines if line.endswith(f"email: {account}")]

    def slots_in_log(self, node, account):
        """In how many slots of ten seconds the account connected there."""
        return len({line[:18] for line in self.lines_of(node, account)})

    def refused(self, name):
        """The addresses that the node's firewall refuses now."""
        listed = self.run(self.nodes[name], ["nft", "-j", "list", "table", "inet", "fairgate"], check=False)
        elements = [one.get("elem", one) if isinstance(one, dict) else one
                    for entry in json.loads(listed or '{"nftables": []}')["nftables"]
                    for one in entry.get("set", {}).get("elem", [])]
        values = [one["val"] if isinstance(one, dict) and "val" in one else one for one in elements]
        addresses = [value["concat"][0] if isinstance(value, dict) and "concat" in value else value for value in values]
        return {address for address in addresses if isinstance(address, str) and address in self.addresses_of_people()}

    def addresses_of_people(self):
        return {address for host in self.people.values() for address in host.addresses}


CLOCK = pathlib.Path(os.environ.get("FAIRGATE_TEST_CLOCK_LIBRARY", ""))

#!/usr/bin/env python3
"""The lab comes up, and a real server's access log tells every host and account apart."""
import unittest

from lab import fairgate, require
from proxy import ProxyLab


class AccessLog(unittest.TestCase):
    def test_every_host_is_in_the_real_log_under_its_own_address(self):
        with ProxyLab(["1.alice", "2.bob"]) as lab:
            hosts = {
                "vmess": lab.client("home-a", "vmess", "1.alice", "203.0.113.10"),
                "vless": lab.client("home-b", "vless", "1.alice", "198.51.100.20"),
                "trojan": lab.client("six", "trojan", "2.bob", "2001:db8:6::6"),
            }
            for protocol, host in hosts.items():
                with self.subTest(protocol):
                    self.assertEqual(lab.fetch(host), 20_000)
            lab.wait_for_line("203.0.113.10:", "email: 1.alice")
            lab.wait_for_line("198.51.100.20:", "email: 1.alice")
            lab.wait_for_line("[2001:db8:6::6]:", "email: 2.bob")
            self.assertEqual(len(lab.lines_of(" accepted tcp:192.0.2.80:80 [direct] email: ")), 3)

            read = fairgate("explain", "-f", lab.access_log)["data"]
            counted = {(line["account"], line["address"]) for line in read if line["verdict"] == "count"}
            self.assertEqual(
                counted, {("alice", "203.0.113.10"), ("alice", "198.51.100.20"), ("bob", "2001:db8:6::6")}
            )
            report = fairgate("replay", "--general", 1, lab.access_log)
            self.assertEqual((report["lines"], report["observations"], report["accounts"]), (3, 3, 2))
            self.assertEqual(report["violations"], [])

    def test_a_phone_that_changes_its_network_appears_under_each_address(self):
        with ProxyLab(["2.bob"]) as lab:
            phone = lab.client("phone", "vmess", "2.bob", "203.0.113.77")
            for address in ("203.0.113.77", "198.51.100.77", "192.0.2.77", "203.0.113.78"):
                lab.readdress(phone, address)
                self.assertEqual(lab.fetch(phone), 20_000)
                lab.wait_for_line(f" {address}:", "email: 2.bob")


if __name__ == "__main__":
    require("v2ray", "curl", "ss")
    unittest.main()

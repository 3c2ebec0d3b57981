#include "base/run_program.hpp"
#include "enforcement/firewalls/firewalls.hpp"
#include "firewall.hpp"
#include "kernel/network_namespace.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

// A container as Docker makes it: a network of its own behind this host, whose port 8443 is
// published as 9000.

namespace fairgate::firewall_test {
namespace {

constexpr std::uint16_t published = 9000;
constexpr std::uint16_t inside = 8443;

class Container {
public:
    Container() {
        must_run({"ip", "netns", "add", "box"});
        must_run(
            {"ip", "-batch", "-"},
            "link add fgb type veth peer name eth0 netns box\n"
            "addr add 172.30.0.1/24 dev fgb\nlink set fgb up\n"
        );
        must_run(
            {"ip", "-n", "box", "-batch", "-"},
            "addr add 172.30.0.2/24 dev eth0\n"
            "link set eth0 up\n"
            "route add default via 172.30.0.1\n"
        );
        std::ofstream("/proc/sys/net/ipv4/ip_forward") << "1\n";
        must_run(
            {"nft", "-f", "-"},
            "table ip published { chain pre { type nat hook prerouting priority dstnat;\n"
            "ip daddr 198.51.100.1 tcp dport 9000 dnat to 172.30.0.2:8443\n}\n}\n"
        );
        const auto box = kernel::NetworkNamespace::named("box");
        EXPECT_TRUE(box && box->inside([this] { listen(); }));
    }
    Container(const Container&) = delete;
    Container& operator=(const Container&) = delete;
    ~Container() {
        must_run({"ip", "link", "del", "fgb"});
        must_run({"ip", "netns", "del", "box"});
        static_cast<void>(run_program({.arguments = {"nft", "delete", "table", "ip", "published"}})
        );
    }

private:
    void listen() {
        listening_ = Socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_port = htons(inside);
        const int named =
            // NOLINTNEXTLINE(*-reinterpret-cast): how sockets name addresses
            ::bind(listening_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
        EXPECT_EQ(named, 0);
        ::listen(listening_.get(), 64);
    }

    Socket listening_;
};

class Containers : public Firewall {
protected:
    void SetUp() override {
        if (driver != "nftables" && driver != "iptables") {
            GTEST_SKIP() << "it does not see forwarded packets";
        }
        container_.emplace();
    }
    std::optional<Container> container_;
};

TEST_F(Containers, an_address_is_refused_on_its_way_to_a_container) {
    EXPECT_EQ(hosts->connect(bad4, published), Outcome::reached);
    auto blocked = block({{{bad4}, now() + 1h}});
    ASSERT_TRUE(blocked) << to_line(blocked.error());
    EXPECT_EQ(hosts->connect(bad4, published), Outcome::refused);
    EXPECT_EQ(hosts->connect(good4, published), Outcome::reached);
    ASSERT_TRUE(unblock({{bad4}}));
    EXPECT_EQ(hosts->connect(bad4, published), Outcome::reached);
}

TEST_F(Containers, a_port_is_the_one_that_the_customer_used_or_the_containers) {
    // iptables refuses behind the translation, nftables before it.
    Denial door{.address = bad4, .local_port = driver == "nftables" ? published : inside};
    ASSERT_TRUE(block({{door, now() + 1h}}));
    EXPECT_EQ(hosts->connect(bad4, published), Outcome::refused);
    EXPECT_EQ(hosts->connect(good4, published), Outcome::reached);
    EXPECT_EQ(hosts->connect(bad4, TwoHosts::other_port), Outcome::reached);
}

TEST_F(Containers, its_own_network_can_be_guarded_as_well) {
    if (driver != "nftables") {
        GTEST_SKIP() << "its tool works in its own network";
    }
    const auto box = kernel::NetworkNamespace::named("box");
    ASSERT_TRUE(box);
    const auto guard = enforcement::firewalls::make_firewall({}, *box);
    const Denial door{.address = bad4, .local_port = inside};
    const std::vector<Block> blocks = {{.denial = door, .until = now() + 1h}};
    const auto blocked = guard->block(blocks, never, now());
    ASSERT_TRUE(blocked) << to_line(blocked.error());
    EXPECT_EQ(hosts->connect(bad4, published), Outcome::refused);
    EXPECT_EQ(hosts->connect(good4, published), Outcome::reached);
    EXPECT_EQ(guard->list(now())->size(), 1U);
    EXPECT_TRUE(blocker->list(now())->empty());
    ASSERT_TRUE(guard->drop(now()));
    EXPECT_EQ(hosts->connect(bad4, published), Outcome::reached);
}

}  // namespace
}  // namespace fairgate::firewall_test

#include "kernel/capability.hpp"

#include "kernel/sockets.hpp"
#include "kernel/test_network.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <linux/capability.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace fairgate::kernel {
namespace {

TEST(Capability, with_net_admin_connections_can_be_seen_and_cut) {
    const TestNetwork network;
    if (!network.is_there()) {
        GTEST_SKIP() << network.why();
    }
    EXPECT_TRUE(has_net_admin());
    const auto found = probe_capabilities(NetworkNamespace::own());
    ASSERT_EQ(found.size(), 4U);
    for (const Capability& capability : found) {
        if (capability.ability != Ability::track_addresses) {  // a module that may not be there
            EXPECT_FALSE(capability.missing)
                << to_text(capability.ability) << ": " << to_line(*capability.missing);
        }
    }
}

TEST(Capability, without_it_connections_can_be_seen_and_heard_and_the_rest_says_what_is_missing) {
    const TestNetwork network;
    if (!network.is_there()) {
        GTEST_SKIP() << network.why();
    }
    TestNetwork::add("198.51.100.1");
    TestNetwork::add("203.0.113.7");
    const Endpoint server{.address = at("198.51.100.1"), .port = 443};
    const Descriptor listener = listen_on(server);
    const Connection connection =
        connect_to(listener, {.address = at("203.0.113.7"), .port = 0}, server);

    // For the rest of this process, which is this one test.
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, 2> before{};
    ASSERT_EQ(::syscall(SYS_capget, &header, before.data()), 0);
    auto none = before;
    none[0].effective &= ~(1U << CAP_NET_ADMIN);
    ASSERT_EQ(::syscall(SYS_capset, &header, none.data()), 0);

    EXPECT_FALSE(has_net_admin());
    auto sockets = SocketDiag::open(NetworkNamespace::own());
    std::vector<LiveSocket> found;
    ASSERT_TRUE(sockets->list(
        SocketFilter().local_ports({443}),
        Detail::bytes,
        [&](const LiveSocket& one) { found.push_back(one); }
    ));
    EXPECT_EQ(found.size(), 1U);
    const auto cut = sockets->destroy(found, ProtectedTargets{});
    const auto probed = probe_capabilities(NetworkNamespace::own());
    ::syscall(SYS_capset, &header, before.data());

    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, "FG-KRN-001");
    EXPECT_FALSE(is_cut(connection.client));
    for (const Capability& capability : probed) {
        if (capability.ability == Ability::cut_sockets) {
            ASSERT_TRUE(capability.missing);
            EXPECT_EQ(capability.missing->code, "FG-KRN-001");
            EXPECT_FALSE(capability.missing->next.empty());
        }
        if (capability.ability == Ability::list_sockets ||
            capability.ability == Ability::hear_endings) {
            EXPECT_FALSE(capability.missing);
        }
    }
}

TEST(Capability, a_namespace_that_is_not_there_is_told) {
    const auto gone = NetworkNamespace::named("no-such-network");
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, "FG-KRN-003");
    EXPECT_FALSE(NetworkNamespace::named("../../proc/1/ns/net"));
    EXPECT_FALSE(NetworkNamespace::of_process(-1));
}

TEST(Capability, a_network_is_found_as_the_operator_names_it) {
    const NamespaceId own = NetworkNamespace::own().id();
    EXPECT_EQ(NetworkNamespace::find("")->id(), own);
    EXPECT_EQ(NetworkNamespace::find("/proc/self/ns/net")->id(), own);
    // A name of its own: other tests of this program run in networks of theirs at the same time.
    const std::string comm = "fg-" + std::to_string(::getpid());
    ASSERT_TRUE(std::ofstream("/proc/self/comm") << comm << std::flush);
    const auto here = NetworkNamespace::find("process:" + comm);
    ASSERT_TRUE(here) << to_line(here.error());
    EXPECT_EQ(here->id(), own);
    EXPECT_EQ(here->name(), "the process \"" + comm + "\"");
    for (const char* nowhere : {"process:", "process:no such", "../1", "/proc/self/comm", "web"}) {
        const auto none = NetworkNamespace::find(nowhere);
        EXPECT_FALSE(none && none->id() == own) << nowhere;
    }
}

}  // namespace
}  // namespace fairgate::kernel

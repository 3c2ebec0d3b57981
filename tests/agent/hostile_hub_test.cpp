// A hub that went mad, over a real connection: what it orders and no node of ours carries out.
#include "agent/hub_link.hpp"
#include "base/spawn.hpp"
#include "http/listener.hpp"
#include "http/socket.hpp"
#include "link/channel.hpp"
#include "link/order_wire.hpp"
#include "link/tls.hpp"
#include "node_under_test.hpp"
#include "pki/authority.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::agent {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using link::wire::Frame;
using link::wire::Order;

const TimePoint start = TimePoint(std::chrono::seconds(1'790'000'000));
const Denial hubs_own{.address = *Address::parse("192.0.2.1")};
const Denial stranger{.address = *Address::parse("203.0.113.5")};

class HostileHubTest : public testing::Test {
public:
    HostileHubTest() {
        node.never.add(hubs_own.address, kernel::Protection::hub);
        node.start();
        http::ServerSettings settings;
        settings.listen = "127.0.0.1:0";
        listener.emplace(http::listen_on(io.get_executor(), settings).value());
        const auto ignore = [](const std::string&, const std::exception_ptr&) {};
        serving = spawn(io.get_executor(), "hub", [this] { return serve(); }, ignore);
        start_agent();
        calling = spawn(io.get_executor(), "agent", [this] { return link->run(); }, ignore);
        EXPECT_TRUE(comes([this] { return told_held > 0; }));
    }

    void start_agent() {
        const auto asking = pki::make_request("de-1").value();
        const auto issued = authority.sign(asking.request, "de-1", start, std::chrono::days(9));
        Membership membership;
        membership.node = "de-1";
        membership.hub = listener->address;
        membership.fingerprint = authority.fingerprint();
        membership.identity = {issued.value().certificate, asking.key};
        HubLink::Parts parts{
            io.get_executor(),
            clock,
            slots,
            std::move(membership),
            [](const Membership&) { return Result<void>(); },
            "test",
            7,
            [this](const std::string& line) { log.push_back(line); },
            [](link::wire::Health&) {}
        };
        parts.held = [this] { return node.measures().held(); };
        parts.order = [this](link::Order order) {
            node.told.clear();
            node.take(std::move(order));
            link->tell(node.told.back());
        };
        link = std::make_unique<HubLink>(std::move(parts));
    }

    asio::awaitable<void> serve() {
        const auto identity = authority.make_server(link::hub_name, start, std::chrono::days(9));
        const auto context = link::server_context(identity.value()).value();
        for (;;) {
            http::Socket socket = co_await listener->acceptor.async_accept(asio::use_awaitable);
            auto transport = http::make_tls_transport(std::move(socket), context);
            co_await transport->handshake(http::TlsTransport::Role::server);
            channel =
                std::make_shared<link::Channel>(io.get_executor(), std::move(transport), "de-1");
            co_await listen(channel);
        }
    }

    asio::awaitable<void> listen(std::shared_ptr<link::Channel> from) {
        from->trust();
        for (;;) {
            const auto frame = co_await from->receive();
            if (!frame) {
                co_return;
            }
            if (frame->has_hello()) {
                Frame welcome;
                welcome.mutable_welcome()->set_version(link::newest_version);
                from->post(welcome);
            } else if (frame->has_held()) {
                ++told_held;
            } else if (frame->has_done()) {
                answers.push_back(frame->done());
            }
        }
    }

    bool comes(const std::function<bool()>& what) {
        const auto until = std::chrono::steady_clock::now() + 10s;
        while (!what() && std::chrono::steady_clock::now() < until) {
            io.run_for(5ms);
        }
        return what();
    }

    /// The code that the node answers such an order with; empty: it holds it.
    std::string code_for(const Order& order) {
        const auto before = answers.size();
        Frame frame;
        *frame.mutable_order() = order;
        channel->post(frame);
        EXPECT_TRUE(comes([&] { return answers.size() > before; }));
        return answers.empty() || !answers.back().faulty() ? "" : answers.back().fault().code();
    }

    static Order fine() {
        Order order;
        order.set_measure(7);
        order.set_account("ali");
        order.set_what(Order::DENY);
        order.set_ends(true);
        order.set_until_us((start + 1h).time_since_epoch().count());
        refuse(order, stranger);
        return order;
    }
    static void refuse(Order& order, const Denial& denial) {
        link::Order one;
        one.denials = {denial};
        *order.add_denials() = link::to_wire(one, Duration(0)).denials(0);
    }

    asio::io_context io{1};
    ManualClock clock{start};
    std::unique_ptr<store::Store> kept = store::memory::make_store();
    NodeUnderTest node{*kept, clock};
    pki::Authority authority = pki::Authority::make(start).value();
    link::SlotBook slots;
    std::vector<std::string> log;
    std::vector<link::wire::Done> answers;
    int told_held = 0;
    std::optional<http::Listener> listener;
    std::shared_ptr<link::Channel> channel;
    std::unique_ptr<HubLink> link;
    Task serving;
    Task calling;
};

TEST_F(HostileHubTest, each_order_that_makes_no_sense_is_refused_whole_and_the_next_one_is_taken) {
    const std::vector<std::pair<std::string, std::function<void(Order&)>>> wrong = {
        {"an unknown action", [](Order& o) { o.set_what(static_cast<Order::What>(99)); }},
        {"no action", [](Order& o) { o.clear_what(); }},
        {"no measure", [](Order& o) { o.set_measure(-1); }},
        {"no account", [](Order& o) { o.clear_account(); }},
        {"an endless name", [](Order& o) { o.set_account(std::string(100'000, 'a')); }},
        {"an empty name in the log", [](Order& o) { o.add_names(""); }},
        {"a hundred names",
         [](Order& o) {
             for (int i = 0; i < 100; ++i) {
                 o.add_names("n");
             }
         }},
        {"an end before 1970", [](Order& o) { o.set_until_us(-1); }},
        {"an end in a million years", [](Order& o) { o.set_until_us(INT64_MAX); }},
        {"no address", [](Order& o) { o.mutable_denials(0)->set_address("abcde"); }},
        {"a port of 70,000", [](Order& o) { o.mutable_denials(0)->set_local_port(70'000); }},
        {"thousands of addresses",
         [](Order& o) {
             for (int i = 0; i < 5'000; ++i) {
                 refuse(o, stranger);
             }
         }},
    };
    for (const auto& [what, spoil] : wrong) {
        Order order = fine();
        spoil(order);
        EXPECT_EQ(code_for(order), "FG-AGT-020") << what;
        EXPECT_TRUE(node.rules.empty()) << what;
    }
    Order over = fine();
    over.set_until_us((start - 1s).time_since_epoch().count());
    EXPECT_EQ(code_for(over), "FG-AGT-031");
    Order at_home = fine();
    at_home.clear_denials();
    refuse(at_home, hubs_own);
    EXPECT_EQ(code_for(at_home), "FG-AGT-032");
    EXPECT_TRUE(node.rules.empty());
    EXPECT_TRUE(node.measures().held().empty());

    EXPECT_EQ(code_for(fine()), "");
    EXPECT_EQ(node.rules.size(), 1U);
    EXPECT_TRUE(link->is_connected());
    EXPECT_EQ(told_held, 1) << "the connection was lost meanwhile";
}

TEST_F(HostileHubTest, a_message_that_is_none_ends_the_connection_and_what_is_held_stays) {
    ASSERT_EQ(code_for(fine()), "");
    Frame unreadable;
    unreadable.mutable_order()->set_reason("\xff\xfe");  // text that is none
    channel->post(unreadable);
    ASSERT_TRUE(comes([this] { return told_held == 2; })) << "it connects again and tells it";
    EXPECT_EQ(node.rules.size(), 1U);
    ASSERT_FALSE(log.empty());
    Order order = fine();
    order.set_what(Order::LIFT);
    EXPECT_EQ(code_for(order), "");
    EXPECT_TRUE(node.rules.empty());
}

TEST_F(HostileHubTest, a_name_that_is_no_text_is_told_of_and_costs_no_connection) {
    Order order = fine();
    order.set_account("\xff\xd9");
    order.clear_denials();
    EXPECT_EQ(code_for(order), "FG-AGT-024");
    EXPECT_EQ(answers.back().account(), "\xff\xd9");
    EXPECT_EQ(code_for(fine()), "");
    EXPECT_EQ(told_held, 1) << "the connection was lost meanwhile";
}

RC_GTEST_PROP(HostileOrder, whatever_a_hub_sends_is_taken_within_bounds_or_refused, ()) {
    Order order;
    order.set_measure(*rc::gen::arbitrary<std::int64_t>());
    order.set_account(*rc::gen::arbitrary<std::string>());
    order.set_what(static_cast<Order::What>(*rc::gen::inRange(-2, 7)));
    for (const auto& name : *rc::gen::arbitrary<std::vector<std::string>>()) {
        order.add_names(name);
    }
    order.set_ends(*rc::gen::arbitrary<bool>());
    order.set_until_us(*rc::gen::arbitrary<std::int64_t>());
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
        auto& one = *order.add_denials();
        one.set_address(std::string(static_cast<std::size_t>(*rc::gen::element(4, 4, 16, 5)), 'a'));
        one.set_udp(*rc::gen::arbitrary<bool>());
        one.set_peer_port(*rc::gen::inRange<std::uint32_t>(0, 66'000));
        one.set_local_port(*rc::gen::inRange<std::uint32_t>(0, 66'000));
    }
    const auto read = link::read(order);
    if (!read) {
        RC_ASSERT(read.error().code == "FG-AGT-020");
        return;
    }
    RC_ASSERT(read->key.measure > 0 && !read->key.account.empty());
    RC_ASSERT(read->key.account.size() <= link::longest_name);
    RC_ASSERT(read->names.size() <= static_cast<std::size_t>(link::most_names));
    // What was taken is told on as it is.
    const auto again = link::read(link::to_wire(*read, Duration(0)));
    const bool same = again && *again == *read;
    RC_ASSERT(same);
}

}  // namespace
}  // namespace fairgate::agent

#include "sim/marzban/panel.hpp"

#include "base/run.hpp"
#include "http/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace fairgate::sim::marzban {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Kind = http::WebSocketMessage::Kind;

constexpr TimePoint start{std::chrono::seconds{1'785'960'000}};

PanelSettings quick() {
    PanelSettings settings;
    settings.poll_every = 5ms;
    settings.node_batch_every = 10ms;
    settings.database_patience = 30ms;
    return settings;
}

/// The panel on a socket.
struct Served {
    explicit Served(const PanelSettings& settings = quick())
        : clock(start), panel(io.get_executor(), clock, settings) {
        panel.state().add_environment_admin("root", "root");
        panel.state().add_sudo("boss", "boss");
        panel.state().add_admin("seller", "seller");
        panel.state().add_node("de-1", start);
        http::ClientSettings client_settings;
        client_settings.base = panel.base();
        client = http::make_client(io.get_executor(), client_settings).value();
        token = login("root").value_or("");
    }

    Result<http::Response> send(http::Request request) {
        return run(io, [&] { return client->send(std::move(request)); });
    }
    std::optional<std::string> login(const std::string& name) {
        http::Request request;
        request.method = "POST";
        request.target = "/api/admin/token";
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = "username=" + name + "&password=" + name;
        const auto answer = send(std::move(request));
        if (!answer || answer->status != 200) {
            return std::nullopt;
        }
        return std::string(boost::json::parse(answer->body).at("access_token").as_string());
    }
    Result<http::Upgrade> open(const std::string& target) {
        http::Request request;
        request.target = target + (target.find('?') == std::string::npos ? "?" : "&") +
                         "token=" + http::percent_encode(token);
        return run(io, [&] { return client->upgrade(request); });
    }
    http::WebSocketMessage read(http::WebSocket& socket) {
        return run(io, [&] { return socket.read(5s); }).value();
    }
    /// The text of frames until they hold so many bytes.
    std::string text_of(http::WebSocket& socket, std::size_t size) {
        std::string all;
        while (all.size() < size) {
            const auto message = read(socket);
            if (message.kind == Kind::closed) {
                return all + "<" + std::to_string(message.code) + ">";
            }
            all += message.kind == Kind::text ? message.data : "";
        }
        return all;
    }
    Core& node() { return panel.state().nodes().at(1); }

    asio::io_context io;
    ManualClock clock;
    Panel panel;
    std::unique_ptr<http::Client> client;
    std::string token;
};

TEST(LogSocket, of_the_core_shows_its_last_lines_and_then_one_line_a_frame) {
    Served served;
    auto opened = served.open("/api/core/logs");
    ASSERT_TRUE(opened && opened->socket);
    EXPECT_EQ(served.panel.open_sockets(0), 1U);
    served.panel.state().core().write("first");
    EXPECT_EQ(served.read(*opened->socket).data, "first");
    auto later = served.open("/api/core/logs");
    ASSERT_TRUE(later && later->socket);
    EXPECT_EQ(served.read(*later->socket).data, "first");
}

TEST(LogSocket, of_the_core_with_interval_batches) {
    Served served;
    served.panel.state().core().write("a");
    served.panel.state().core().write("b");
    auto opened = served.open("/api/core/logs?interval=0.05");
    ASSERT_TRUE(opened && opened->socket);
    EXPECT_EQ(served.read(*opened->socket).data, "a\nb\n");
}

TEST(LogSocket, of_a_node_batches_without_interval_and_has_empty_lines_with) {
    Served served;
    auto plain = served.open("/api/node/1/logs");
    auto slow = served.open("/api/node/1/logs?interval=0.02");
    ASSERT_TRUE(plain && plain->socket && slow && slow->socket);
    served.node().write("a");
    served.node().write("b");
    EXPECT_EQ(served.read(*plain->socket).data, "a\nb\n");
    EXPECT_EQ(served.read(*slow->socket).data, "a\nb\n\n");
}

TEST(LogSocket, takes_the_token_in_a_header_too) {
    Served served;
    http::Request request;
    request.target = "/api/core/logs";
    request.headers.set("Authorization", "Bearer " + served.token);
    const auto opened = run(served.io, [&] { return served.client->upgrade(request); });
    EXPECT_TRUE(opened && opened->socket);
}

TEST(LogSocket, is_refused_with_403_and_no_body_whatever_the_reason) {
    Served served;
    served.panel.state().add_node("off", start).status = NodeStatus::error;
    for (const char* target :
         {"/api/node/9/logs",
          "/api/node/2/logs",
          "/api/core/logs?interval=11",
          "/api/core/logs?interval=x"}) {
        const auto refused = served.open(target);
        ASSERT_TRUE(refused) << target;
        EXPECT_FALSE(refused->socket) << target;
        EXPECT_EQ(refused->answer.status, 403) << target;
        EXPECT_EQ(refused->answer.body, "") << target;
    }
    served.token = "x";
    EXPECT_EQ(served.open("/api/core/logs")->answer.status, 403);
    served.token = *served.login("seller");
    EXPECT_EQ(served.open("/api/core/logs")->answer.status, 403);
}

TEST(LogSocket, of_a_node_made_anew_stays_open_answers_pings_and_never_speaks_again) {
    PanelSettings settings = quick();
    settings.ping_every = 20ms;
    Served served(settings);
    auto opened = served.open("/api/node/1/logs");
    ASSERT_TRUE(opened && opened->socket);
    served.panel.state().reconnect_node(served.node(), start);
    served.node().write("nobody hears this");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(served.read(*opened->socket).kind, Kind::ping);
    }
    EXPECT_EQ(served.panel.open_sockets(1), 1U);
    auto anew = served.open("/api/node/1/logs");
    ASSERT_TRUE(anew && anew->socket);
    served.node().write("heard");
    EXPECT_EQ(served.text_of(*anew->socket, 6), "heard\n");
}

TEST(LogSocket, ends_without_a_close_when_its_node_is_deleted) {
    Served served;
    auto opened = served.open("/api/node/1/logs");
    ASSERT_TRUE(opened && opened->socket);
    served.panel.state().delete_node(1);
    const auto end = served.read(*opened->socket);
    EXPECT_EQ(end.kind, Kind::closed);
    EXPECT_EQ(end.code, 1006);
}

TEST(LogSocket, ends_with_1012_when_the_panel_is_told_to_restart) {
    Served served;
    auto opened = served.open("/api/core/logs");
    ASSERT_TRUE(opened && opened->socket);
    served.panel.end_sockets(1012);
    EXPECT_EQ(served.read(*opened->socket).code, 1012);
    auto cut = served.open("/api/core/logs");
    ASSERT_TRUE(cut && cut->socket);
    served.panel.stop();
    EXPECT_EQ(served.read(*cut->socket).code, 1006);
    served.panel.start();
    EXPECT_TRUE(served.open("/api/core/logs")->socket);
}

TEST(LogSocket, ends_after_the_lines_a_fault_allows) {
    Served served;
    served.panel.log_fault(0).end_after = 2;
    for (const char* line : {"a", "b", "c"}) {
        served.panel.state().core().write(line);
    }
    auto opened = served.open("/api/core/logs");
    ASSERT_TRUE(opened && opened->socket);
    EXPECT_EQ(served.text_of(*opened->socket, 10), "ab<1006>");
}

TEST(LogSocket, that_does_not_answer_pings_is_closed) {
    PanelSettings settings = quick();
    settings.ping_every = 10ms;
    settings.pong_patience = 20ms;
    Served served(settings);
    auto opened = served.open("/api/core/logs");
    ASSERT_TRUE(opened && opened->socket);
    // Nothing reads our side meanwhile, so nothing answers.
    while (served.panel.open_sockets(0) > 0) {
        served.io.run_one();
    }
    EXPECT_EQ(served.text_of(*opened->socket, 1), "<1011>");
}

TEST(Database, is_starved_by_the_log_sockets_of_its_administrators_alone) {
    Served served;
    std::vector<Result<http::Upgrade>> sockets;
    for (int i = 0; i < 20; ++i) {
        sockets.push_back(served.open("/api/core/logs"));
    }
    EXPECT_EQ(served.panel.held_connections(), 0U);
    EXPECT_TRUE(served.login("boss"));
    const std::string root = std::exchange(served.token, *served.login("boss"));
    for (int i = 0; i < 15; ++i) {
        sockets.push_back(served.open("/api/core/logs"));
        ASSERT_TRUE(sockets.back()->socket) << i;
    }
    EXPECT_FALSE(served.login("boss"));
    EXPECT_EQ(served.open("/api/core/logs")->answer.status, 500);
    http::Request users;
    users.target = "/api/users";
    users.headers.set("Authorization", "Bearer " + root);
    const auto starved = served.send(users);
    ASSERT_TRUE(starved);
    EXPECT_EQ(starved->status, 500);
    EXPECT_EQ(starved->body, "Internal Server Error");
    served.token = root;
    EXPECT_TRUE(served.open("/api/core/logs")->socket);
    sockets.clear();
    while (served.panel.held_connections() > 0) {
        served.io.run_one();
    }
    EXPECT_EQ(served.send(users)->status, 200);
}

TEST(Faults, a_lie_answers_well_and_changes_nothing) {
    Served served;
    User ali;
    ali.username = "ali";
    served.panel.state().add_user(ali, start);
    served.panel.add_fault({.kind = FaultKind::lie, .method = "PUT"});
    http::Request request;
    request.method = "PUT";
    request.target = "/api/user/ali";
    request.headers.set("Authorization", "Bearer " + served.token);
    request.body = R"({"status":"disabled"})";
    const auto answered = served.send(request);
    ASSERT_TRUE(answered);
    EXPECT_EQ(boost::json::parse(answered->body).at("status"), "disabled");
    EXPECT_EQ(served.panel.state().users().at(1).status, UserStatus::active);
}

}  // namespace
}  // namespace fairgate::sim::marzban

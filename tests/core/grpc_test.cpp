#include "base/run.hpp"
#include "base/spawn.hpp"
#include "core/real_core.hpp"
#include "grpc/client.hpp"
#include "http/client.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <backends/xray/core.pb.h>

// The gRPC client against the gRPC server of a real core (grpc-go).
namespace fairgate::core_test {
namespace {

namespace wire = backends::xray::wire;
using grpc::Answer;
using grpc::Status;

const std::string stats = "/v2ray.core.app.stats.command.StatsService/";

std::unique_ptr<grpc::Client> client_of(boost::asio::io_context& io, const std::string& base) {
    grpc::ClientSettings settings;
    settings.base = base;
    settings.connect_timeout = std::chrono::seconds(2);
    settings.call_timeout = std::chrono::seconds(5);
    return grpc::make_client(io.get_executor(), settings).value();
}

class GrpcWithV2ray : public testing::Test {
protected:
    void SetUp() override {
        if (!v2ray_program()) {
            GTEST_SKIP() << "v2ray is not installed";
        }
        core = std::make_unique<RealCore>(*v2ray_program());
        client = client_of(io, core->api());
    }
    Result<Answer> call(const std::string& method, const std::string& message = "") {
        return run(io, [&] { return client->call(method, message); });
    }

    boost::asio::awaitable<void> count(int& answered) {
        const auto answer = co_await client->call(stats + "QueryStats", "");
        answered += answer && answer->status == Status::ok ? 1 : 0;
    }

    boost::asio::io_context io;
    std::unique_ptr<RealCore> core;
    std::unique_ptr<grpc::Client> client;
};

TEST_F(GrpcWithV2ray, a_call_is_answered) {
    const auto answer = call(stats + "GetSysStats");
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(answer->status, Status::ok);
    wire::SysStats read;
    EXPECT_TRUE(read.ParseFromString(answer->message));
}

TEST_F(GrpcWithV2ray, all_calls_go_over_one_connection) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(call(stats + "QueryStats"));
    }
    EXPECT_EQ(client->connections(), 1U);
}

TEST_F(GrpcWithV2ray, a_service_it_does_not_have_is_unimplemented) {
    const auto answer = call("/xray.app.stats.command.StatsService/GetSysStats");
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(answer->status, Status::unimplemented);
    EXPECT_NE(answer->text.find("unknown service"), std::string::npos) << answer->text;
}

TEST_F(GrpcWithV2ray, after_a_restart_it_connects_again) {
    ASSERT_TRUE(call(stats + "GetSysStats"));
    core->stop();
    const auto refused = call(stats + "GetSysStats");
    ASSERT_FALSE(refused);
    core->start();
    const auto answer = call(stats + "GetSysStats");
    ASSERT_TRUE(answer) << to_line(answer.error());
}

TEST_F(GrpcWithV2ray, a_port_that_speaks_something_else_is_said_to) {
    grpc::ClientSettings settings;
    settings.base = "http://127.0.0.1:" + std::to_string(core->vless_port());
    settings.call_timeout = std::chrono::milliseconds(300);
    client = grpc::make_client(io.get_executor(), settings).value();
    const auto answer = call(stats + "GetSysStats");
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().code.starts_with("FG-GRPC-")) << to_line(answer.error());
}

TEST_F(GrpcWithV2ray, over_tls_only_the_pinned_server_is_spoken_to) {
    const RealCore secured(*v2ray_program(), RealCore::Api::tls);
    grpc::ClientSettings settings;
    settings.base = secured.api();
    client = grpc::make_client(io.get_executor(), settings).value();
    const auto stranger = call(stats + "GetSysStats");
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().code, "FG-NET-007") << to_line(stranger.error());

    settings.trust.pinned_sha256 =
        run(io, [&] {
            return http::fingerprint_of(io.get_executor(), secured.api(), std::chrono::seconds(5));
        }).value();
    client = grpc::make_client(io.get_executor(), settings).value();
    const auto answer = call(stats + "GetSysStats");
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(answer->status, Status::ok);
}

TEST_F(GrpcWithV2ray, calls_made_at_the_same_time_share_a_connection) {
    int answered = 0;
    std::vector<Task> tasks;
    for (int i = 0; i < 50; ++i) {
        tasks.push_back(spawn(
            io.get_executor(),
            "call",
            [this, &answered] { return count(answered); },
            [](const std::string&, const std::exception_ptr&) { FAIL(); }
        ));
    }
    ASSERT_TRUE(call(stats + "GetSysStats"));
    while (answered < 50 && io.run_one() != 0) {
    }
    EXPECT_EQ(answered, 50);
    EXPECT_EQ(client->connections(), 1U);
}

TEST_F(GrpcWithV2ray, one_who_no_longer_waits_harms_nobody_else) {
    int answered = 0;
    const auto none = [](const std::string&, const std::exception_ptr&) { FAIL(); };
    for (int i = 0; i < 20; ++i) {
        Task left =
            spawn(io.get_executor(), "left", [this, &answered] { return count(answered); }, none);
        io.poll();
        left.cancel();
        ASSERT_TRUE(call(stats + "GetSysStats"));
    }
    EXPECT_EQ(client->connections(), 1U);
}

}  // namespace
}  // namespace fairgate::core_test

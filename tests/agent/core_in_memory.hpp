#pragma once

#include "enforcement/harness.hpp"
#include "grpc/client.hpp"
#include "sim/core/state.hpp"

#include <string>

namespace fairgate::agent {

/// Calls the simulated core without a network. The node can die before and behind each call.
class CoreInMemory final : public grpc::Client {
public:
    CoreInMemory(sim::core::CoreState& state, enforcement::CrashPoints& crash, const bool& away)
        : state_(state), crash_(crash), away_(away) {}
    boost::asio::awaitable<Result<grpc::Answer>> call(std::string method, std::string message)
        override {
        crash_.pass();
        if (away_) {
            Error error;
            error.code = "FG-NET-003";
            error.what = "connection refused";
            co_return error;
        }
        const sim::core::Reply reply = state_.answer(method, message);
        crash_.pass();
        grpc::Answer answer;
        answer.status = static_cast<grpc::Status>(reply.status);
        answer.text = reply.text;
        answer.message = reply.message;
        co_return answer;
    }
    const std::string& place() const override { return place_; }
    std::uint64_t connections() const override { return 1; }

private:
    sim::core::CoreState& state_;
    enforcement::CrashPoints& crash_;
    const bool& away_;
    std::string place_ = "http://127.0.0.1:10085";
};

}  // namespace fairgate::agent

#include "agent/agent.hpp"
#include "agent/membership.hpp"
#include "base/run.hpp"
#include "link/call_hub.hpp"
#include "link/errors.hpp"
#include "link/tls.hpp"
#include "pki/join_token.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

namespace fairgate::agent {

namespace {

boost::asio::awaitable<Result<link::wire::Joined>> ask(
    pki::JoinToken token, http::TlsContext context, std::string request, std::string version
) {
    auto channel = co_await link::call_hub(token.address, context);
    if (!channel) {
        co_return channel.error();
    }
    link::wire::Frame frame;
    link::wire::Join& join = *frame.mutable_join();
    join.set_secret(token.secret);
    join.set_request(request);
    join.set_program(version);
    (*channel)->post(frame);
    const auto answer = co_await (*channel)->receive();
    (*channel)->close();
    if (!answer) {
        co_return answer.error();
    }
    if (answer->has_refused()) {
        co_return link::error_of(answer->refused(), token.address);
    }
    if (!answer->has_joined()) {
        co_return link::out_of_turn(token.address, "the token was not answered");
    }
    co_return answer->joined();
}

}  // namespace

Result<JoinedAs> join(
    const std::string& token, const std::string& state_dir, const std::string& version
) {
    auto parsed = pki::parse_token(token);
    if (!parsed) {
        return parsed.error();
    }
    auto asking = pki::make_request("node");
    if (!asking) {
        return asking.error();
    }
    auto context = link::client_context(parsed->fingerprint, {});
    if (!context) {
        return context.error();
    }
    boost::asio::io_context io;
    const auto joined =
        fairgate::run(io, [&] { return ask(*parsed, *context, asking->request, version); });
    if (!joined) {
        return joined.error();
    }
    Membership membership;
    membership.node = joined->node();
    membership.hub = parsed->address;
    membership.fingerprint = parsed->fingerprint;
    membership.identity = {joined->certificate(), asking->key};
    if (auto done = save_membership(state_dir, membership); !done) {
        return done.error();
    }
    return JoinedAs{membership.node, membership.hub};
}

}  // namespace fairgate::agent

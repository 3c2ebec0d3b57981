#pragma once

#include "backends/xray/core_client.hpp"
#include "backends/xray/core_watch.hpp"
#include "backends/xray/directory.hpp"
#include "backends/xray/enforcer.hpp"
#include "base/run.hpp"
#include "grpc/client.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <utility>

/// Our client and enforcer of one core, as the daemon puts them together.
namespace fairgate::core_test {

using namespace fairgate::backends::xray;
using enforcement::Acted;
using enforcement::Reading;
using enforcement::Restored;
using enforcement::Verification;

inline std::unique_ptr<grpc::Client> grpc_client(
    boost::asio::io_context& io, const std::string& api
) {
    grpc::ClientSettings settings;
    settings.base = api;
    settings.connect_timeout = std::chrono::seconds(2);
    settings.call_timeout = std::chrono::seconds(5);
    return grpc::make_client(io.get_executor(), settings).value();
}

class Rig {
public:
    Rig(const std::string& api, EnforcerSettings settings)
        : client(grpc_client(io, api)),
          enforcer("main", client, watch, directory, clock, std::move(settings)) {}

    template <class Start>
    auto ask(Start question) {
        return run(io, std::move(question));
    }

    Measure measure(const std::string& account) const {
        Measure measure;
        measure.account = {"main", account};
        return measure;
    }

    /// As the executor does it.
    Result<Reading> read(Measure& measure) {
        auto reading = ask([&] { return enforcer.read(measure); });
        if (reading && reading->kind == Reading::Kind::found) {
            measure.before = reading->now;
            measure.after = reading->after;
        }
        return reading;
    }
    Result<Acted> act(Measure& measure) {
        auto acted = ask([&] { return enforcer.act(measure); });
        if (acted && acted->kind == Acted::Kind::done) {
            measure.acted = clock.now();
            if (!acted->after.empty()) {
                measure.after = acted->after;
            }
        }
        return acted;
    }
    Result<Verification> verify(const Measure& measure) {
        return ask([&] { return enforcer.verify(measure); });
    }
    Result<Restored> restore(const Measure& measure) {
        return ask([&] { return enforcer.restore(measure); });
    }
    Measure block(const std::string& account) {
        Measure made = measure(account);
        const auto reading = read(made);
        const auto acted = reading ? act(made) : Result<Acted>(reading.error());
        if (!acted || acted->kind != Acted::Kind::done) {
            failure = acted ? acted->text : to_line(acted.error());
        }
        return made;
    }

    boost::asio::io_context io;
    SystemClock clock;
    CoreClient client;
    CoreWatch watch;
    Directory directory{"main"};
    CoreEnforcer enforcer;
    std::string failure;  ///< of block()
};

}  // namespace fairgate::core_test

#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "control/asker.hpp"
#include "control/tokens.hpp"
#include "http/server.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace fairgate::api {

/// So many at once, and so many a second.
struct Rate {
    double per_second = 10;
    double burst = 30;
};

/// Lets one in as often as the rate says; remembers a bounded number of names.
class Buckets {
public:
    Buckets(Rate rate, std::size_t most_names) : rate_(rate), most_names_(most_names) {}

    /// Takes one, or says how long to wait for the next.
    std::optional<Duration> take(const std::string& name, TimePoint now);
    /// The same without taking it.
    std::optional<Duration> ask(const std::string& name, TimePoint now);
    /// How many are left now.
    int left(const std::string& name, TimePoint now);
    const Rate& rate() const { return rate_; }

private:
    struct Bucket {
        double left = 0;
        TimePoint filled;
    };
    Bucket& fill(const std::string& name, TimePoint now);

    Rate rate_;
    std::size_t most_names_;
    std::map<std::string, Bucket> buckets_;
};

/// Whether the server is reachable from this machine only.
enum class Reach { this_machine, others };

/// Says who asks, and turns away who may not: no token, too many tries, a foreign web site.
class Guard {
public:
    Guard(std::optional<control::TokenTable> tokens, Reach reach)
        : tokens_(std::move(tokens)), reach_(reach) {}

    void set_tokens(control::TokenTable tokens) { tokens_ = std::move(tokens); }

    /// FG-AUTH-001, FG-API-403, FG-API-421, FG-API-429.
    Result<control::Asker> admit(
        const http::Request& request, const http::Peer& peer, TimePoint now
    );

private:
    Result<control::Asker> by_token(
        const http::Request& request, const http::Peer& peer, TimePoint now
    );
    Result<void> check_site(const http::Request& request, const http::Peer& peer) const;

    std::optional<control::TokenTable> tokens_;
    Reach reach_;
    Buckets requests_{Rate{}, 1000};
    // Five wrong tokens a minute from one address: a mistake is allowed, guessing is not.
    Buckets failures_{Rate{5.0 / 60, 5}, 4096};
};

/// Whether an address to listen on is this machine's own: "127.0.0.1:8443", "[::1]:0".
Reach reach_of(const std::string& listen);

}  // namespace fairgate::api

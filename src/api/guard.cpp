#include "api/guard.hpp"

#include "api/problem.hpp"
#include "http/message.hpp"
#include "model/address.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace fairgate::api {

namespace {

/// "203.0.113.7" of "203.0.113.7:51234" and "[2001:db8::1]:51234"; also of a name.
std::string host_of(std::string_view place) {
    if (place.starts_with('[')) {
        return std::string(place.substr(1, place.find(']') - 1));
    }
    return std::string(place.substr(0, place.rfind(':')));
}

bool is_this_machine(const std::string& host) {
    const auto address = Address::parse(host);
    return http::same_name(host, "localhost") || (address && address->is_loopback());
}

/// What stands behind "//" in an Origin.
std::string_view authority_of(std::string_view origin) {
    const std::size_t at = origin.find("//");
    return at == std::string_view::npos ? std::string_view() : origin.substr(at + 2);
}

std::chrono::seconds whole_seconds(Duration wait) {
    return std::chrono::ceil<std::chrono::seconds>(wait);
}

control::Asker local_asker(const http::Peer& peer) {
    control::Asker asker;
    asker.who = peer.uid == 0 ? "root" : "user " + std::to_string(peer.uid);
    asker.via = "socket";
    asker.scope = control::Scope::admin;
    return asker;
}

}  // namespace

Buckets::Bucket& Buckets::fill(const std::string& name, TimePoint now) {
    if (buckets_.size() >= most_names_ && !buckets_.contains(name)) {
        const auto oldest = std::ranges::min_element(buckets_, {}, [](const auto& each) {
            return each.second.filled;
        });
        buckets_.erase(oldest);
    }
    const auto [place, is_new] = buckets_.try_emplace(name, Bucket{rate_.burst, now});
    Bucket& bucket = place->second;
    const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
    // A clock that was set back gives nothing and takes nothing.
    bucket.left = std::min(rate_.burst, bucket.left + std::max(seconds, 0.0) * rate_.per_second);
    bucket.filled = now;
    return bucket;
}

std::optional<Duration> Buckets::ask(const std::string& name, TimePoint now) {
    const Bucket& bucket = fill(name, now);
    if (bucket.left >= 1) {
        return std::nullopt;
    }
    const std::chrono::duration<double> wait((1 - bucket.left) / rate_.per_second);
    return std::chrono::ceil<Duration>(wait);
}

std::optional<Duration> Buckets::take(const std::string& name, TimePoint now) {
    auto wait = ask(name, now);
    if (!wait) {
        buckets_[name].left -= 1;
    }
    return wait;
}

int Buckets::left(const std::string& name, TimePoint now) {
    return static_cast<int>(fill(name, now).left);
}

Result<control::Asker> Guard::admit(
    const http::Request& request, const http::Peer& peer, TimePoint now
) {
    if (auto site = check_site(request, peer); !site) {
        return site.error();
    }
    return peer.local_socket ? Result<control::Asker>(local_asker(peer))
                             : by_token(request, peer, now);
}

Result<void> Guard::check_site(const http::Request& request, const http::Peer& peer) const {
    const std::string_view host = request.headers.get("Host").value_or("");
    // A page of another site that had this machine's name resolved to us (DNS rebinding).
    if (!peer.local_socket && reach_ == Reach::this_machine && !is_this_machine(host_of(host))) {
        return wrong_host(host);
    }
    const auto origin = request.headers.get("Origin");
    if (origin && authority_of(*origin) != host) {
        return foreign_origin(*origin);
    }
    return {};
}

Result<control::Asker> Guard::by_token(
    const http::Request& request, const http::Peer& peer, TimePoint now
) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string address = host_of(peer.address);
    if (const auto wait = failures_.ask(address, now)) {
        return too_many_requests(whole_seconds(*wait));
    }
    const std::string_view sent = request.headers.get("Authorization").value_or("");
    const bool bearer =
        sent.size() > scheme.size() && http::same_name(sent.substr(0, scheme.size()), scheme);
    const std::string_view shown = bearer ? sent.substr(scheme.size()) : std::string_view();
    const auto token = tokens_ ? tokens_->find(shown, now) : control::TokenTable().find(shown, now);
    if (!token) {
        failures_.take(address, now);
        return token.error();
    }
    if (const auto wait = requests_.take(token->id, now)) {
        return too_many_requests(whole_seconds(*wait));
    }
    control::Asker asker;
    asker.who = "token " + token->id;
    asker.via = "api";
    asker.scope = token->scope;
    return asker;
}

Reach reach_of(const std::string& listen) {
    return is_this_machine(host_of(listen)) ? Reach::this_machine : Reach::others;
}

}  // namespace fairgate::api

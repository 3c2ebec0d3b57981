#include "sim/traffic/traffic.hpp"

#include "model/time.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace fairgate::sim::traffic {

namespace {

constexpr std::array<std::string_view, 20> first_names{"alice", "arash", "bob",   "carol", "chen",
                                                       "dara",  "erin",  "frank", "grace", "heidi",
                                                       "ivan",  "judy",  "linh",  "mina",  "omid",
                                                       "peggy", "sara",  "trent", "wendy", "yusuf"};

/// Which story each account lives: the shape's share of sharers, every story equally often.
std::vector<Story> deal_stories(Random& random, const TrafficSettings& settings) {
    const auto& sharing = sharing_stories(settings.space);
    const auto& honest = honest_stories();
    const auto sharers = static_cast<int>(settings.shape.sharer_share * settings.accounts);
    std::vector<Story> out;
    for (int i = 0; i < settings.accounts; ++i) {
        const auto& list = i < sharers ? sharing : honest;
        out.push_back(list[static_cast<std::size_t>(i) % list.size()]);
    }
    for (std::size_t i = out.size(); i > 1; --i) {
        std::swap(out[i - 1], out[random.below(i)]);
    }
    return out;
}

Core draw_core(Random& random, const Cores& weights) {
    const double all = weights.xray_with_microseconds + weights.xray_with_from +
                       weights.xray_plain + weights.v2ray;
    const double at = random.uniform(0, all);
    if (at < weights.xray_with_microseconds) {
        return Core::xray_with_microseconds;
    }
    if (at < weights.xray_with_microseconds + weights.xray_with_from) {
        return Core::xray_with_from;
    }
    return at < all - weights.v2ray ? Core::xray_plain : Core::v2ray;
}

}  // namespace

Traffic::Traffic(const TrafficSettings& settings) : settings_(settings) {
    const Random random(settings_.seed);
    window_.begin = settings_.day + std::chrono::hours{settings_.shape.start_hour};
    window_.end = window_.begin + settings_.length;
    Random dealer = random.fork(1);
    const std::vector<Story> stories = deal_stories(dealer, settings_);
    name_accounts(random.fork(2), stories);
    claimed_.resize(accounts_.size());
    for (int node = 0; node < settings_.shape.nodes; ++node) {
        writers_.emplace_back(draw_core(dealer, settings_.shape.cores), node);
    }
    const Providers world = providers(settings_.space);
    for (std::uint32_t i = 0; i < accounts_.size(); ++i) {
        const Random own = random.fork(1000 + i);
        add_life(own.fork(1), i, live(stories[i], own, settings_.shape, world, window_));
    }
    add_noise(random.fork(3));
    let_nodes_differ(random.fork(4));
    std::ranges::sort(entries_, {}, [](const Entry& entry) {
        return std::tuple(entry.arrives, entry.account, entry.port, entry.kind);
    });
}

void Traffic::name_accounts(Random random, const std::vector<Story>& stories) {
    for (std::size_t i = 0; i < stories.size(); ++i) {
        const std::string number = std::to_string(1000 + i);
        std::string name(first_names[random.below(first_names.size())]);
        name += '_' + number;
        const double form = random.uniform(0, 1);
        AccountTruth made;
        made.story = stories[i];
        if (form < settings_.shape.id_only_share) {
            made.name = made.email = number;
        } else if (form < settings_.shape.id_only_share + settings_.shape.name_only_share) {
            made.name = made.email = name;
        } else {
            made.name = name;
            made.email = number + '.' + name;
        }
        accounts_.push_back(std::move(made));
    }
}

void Traffic::add_life(Random random, std::uint32_t account, Life life) {
    accounts_[account].limit = life.limit;
    accounts_[account].sharing = std::move(life.sharing);
    for (std::size_t i = 0; i < life.devices.size(); ++i) {
        Random own = random.fork(i);
        for (const Connection& each : connections(own, life.devices[i], window_, settings_.shape)) {
            entries_.push_back(
                {.shown = each.time,
                 .arrives = each.time,
                 .source = each.source,
                 .account = account,
                 .port = each.port,
                 .node = each.node,
                 .kind = own.chance(0.005) ? Kind::blocked : Kind::accepted,
                 .protocol = each.protocol}
            );
        }
    }
    const auto nodes = static_cast<std::uint64_t>(settings_.shape.nodes);
    for (const Forgery& each : life.forgeries) {
        entries_.push_back(
            {.shown = each.time,
             .arrives = each.time,
             .source = each.attacker,
             .account = account,
             .port = static_cast<std::uint16_t>(random.between(1024, 65535)),
             .node = static_cast<std::uint8_t>(random.below(nodes)),
             .kind = Kind::forged,
             .protocol = Protocol::vless}
        );
        claimed_[account] = each.claimed;
    }
}

/// DNS, scanners and the error log: one line in thirty, from addresses of nobody.
void Traffic::add_noise(Random random) {
    const std::size_t count = entries_.size() / 30;
    const Network scanners = *Network::parse("203.0.113.0/24");
    constexpr std::array kinds{Kind::dns, Kind::rejected, Kind::error};
    for (std::size_t i = 0; i < count; ++i) {
        const TimePoint at =
            window_.begin +
            seconds(random.uniform(0, 1e-6 * static_cast<double>(window_.length().count())));
        entries_.push_back(
            {.shown = at,
             .arrives = at,
             .source = any_v4(random, scanners),
             .account = 0,
             .port = static_cast<std::uint16_t>(random.between(1024, 65535)),
             .node = static_cast<std::uint8_t>(
                 random.below(static_cast<std::uint64_t>(settings_.shape.nodes))
             ),
             .kind = kinds[random.below(kinds.size())],
             .protocol = Protocol::vless}
        );
    }
}

/// Each node's clock is off by its own amount, and its lines take their time to the merged log.
void Traffic::let_nodes_differ(Random random) {
    std::vector<Duration> offsets;
    for (int node = 0; node < settings_.shape.nodes; ++node) {
        offsets.push_back(seconds(random.normal(settings_.shape.clock_skew_seconds)));
    }
    for (Entry& entry : entries_) {
        entry.shown += offsets[entry.node];
        if (settings_.shape.delay_seconds > 0) {
            entry.arrives += seconds(random.exponential(settings_.shape.delay_seconds));
        }
    }
}

void Traffic::append(std::size_t number, std::string& out) {
    const Entry& entry = entries_[number];
    LineWriter& writer = writers_[entry.node];
    Random variety(settings_.seed ^ number << 20);
    const LineFacts facts{
        .time = entry.shown,
        .source = entry.source,
        .port = entry.port,
        .protocol = entry.protocol,
        .email = accounts_[entry.account].email,
        .variety = variety.next() >> 8
    };
    switch (entry.kind) {
        case Kind::accepted:
            return writer.accepted(facts, out);
        case Kind::blocked:
            return writer.blocked(facts, out);
        case Kind::rejected:
            return writer.rejected(facts, out);
        case Kind::dns:
            return writer.dns(facts, out);
        case Kind::error:
            return writer.error(facts, out);
        case Kind::forged:
            return writer.forged(facts, claimed_[entry.account], out);
    }
}

std::string Traffic::limits_json() const {
    boost::json::object limits;
    for (const AccountTruth& account : accounts_) {
        limits[account.name] = account.limit;
    }
    return boost::json::serialize(limits);
}

std::string Traffic::truth_json() const {
    boost::json::array accounts;
    for (const AccountTruth& account : accounts_) {
        boost::json::array sharing;
        for (const Sharing& each : account.sharing) {
            sharing.push_back(
                {{"start", to_rfc3339(each.when.begin)},
                 {"end", to_rfc3339(each.when.end)},
                 {"devices", each.devices}}
            );
        }
        accounts.push_back(
            {{"account", account.name},
             {"limit", account.limit},
             {"story", name_of(account.story)},
             {"honest", is_honest(account.story)},
             {"sharing", std::move(sharing)}}
        );
    }
    const boost::json::object truth{
        {"schema", "fairgate.truth/1"},
        {"seed", settings_.seed},
        {"shape", settings_.shape.name},
        {"from", to_rfc3339(window_.begin)},
        {"to", to_rfc3339(window_.end)},
        {"entries", entries_.size()},
        {"accounts", std::move(accounts)}
    };
    return boost::json::serialize(truth);
}

}  // namespace fairgate::sim::traffic

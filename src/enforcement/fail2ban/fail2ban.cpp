#include "enforcement/fail2ban/fail2ban.hpp"

#include "base/run_program.hpp"
#include "enforcement/fail2ban/ban_lines.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

namespace fairgate::enforcement::fail2ban {

namespace {

// Addresses of one call: far from the longest command line, and each takes fail2ban some 20 ms.
constexpr std::size_t at_once = 200;

Result<> without_answer(Result<std::string> answer) {
    return answer ? Result<>() : Result<>(answer.error());
}

bool says(const ProgramEnd& end, std::string_view words) {
    return end.errors.find(words) != std::string::npos ||
           end.output.find(words) != std::string::npos;
}

}  // namespace

std::vector<Address> read_banned(std::string_view text) {
    std::vector<Address> addresses;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find_first_of(" \n\t"));
        if (const auto address = Address::parse(word)) {
            addresses.push_back(*address);
        }
        text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
    return addresses;
}

BlockerAbilities Fail2ban::abilities() const {
    return {
        .doors = false,
        .connections = false,
        .udp = true,
        .ends_by_itself = false,
        .tells_times = false,
        .stops_live = true,
        .most_at_once = 200,
        // A jail that is being reloaded forgets for a moment. A log is looked at once a second, and
        // a jail may ask for the line twice.
        .takes = std::chrono::seconds(settings_.limit_ip_log.empty() ? 3 : 10),
        .spares_ssh = settings_.owner == Fail2banSettings::Owner::ours
    };
}

Result<std::string> Fail2ban::ask(std::vector<std::string> words) const {
    std::vector<std::string> arguments = {"fail2ban-client"};
    if (!settings_.configuration.empty()) {
        arguments.insert(arguments.end(), {"-c", settings_.configuration});
    }
    if (!settings_.socket.empty()) {
        arguments.insert(arguments.end(), {"-s", settings_.socket});
    }
    std::ranges::move(words, std::back_inserter(arguments));
    auto end = run_program({.arguments = std::move(arguments)});
    if (!end) {
        return end.error();
    }
    if (end->status == 0) {
        return std::move(end->output);
    }
    if (says(*end, "does not exist")) {
        return errors::not_ready(
            "fail2ban",
            "it has no jail \"" + settings_.jail + "\"",
            "install the jail (docs/firewall.md), then: fail2ban-client reload"
        );
    }
    // The second when it was killed and left its socket.
    if (says(*end, "Is fail2ban running") || says(*end, "Unable to contact server")) {
        return errors::not_ready("fail2ban", "it does not run", "systemctl start fail2ban");
    }
    return errors::tool_refused("fail2ban-client", end->status, end->errors + end->output);
}

Result<> Fail2ban::ready(TimePoint) {
    return without_answer(ask({"get", settings_.jail, "bantime"}));
}

Result<std::vector<Address>> Fail2ban::banned() const {
    auto answer = ask({"get", settings_.jail, "banip"});
    return answer ? Result<std::vector<Address>>(read_banned(*answer))
                  : Result<std::vector<Address>>(answer.error());
}

Result<> Fail2ban::change(std::string_view order, const std::vector<Address>& addresses) const {
    for (std::size_t from = 0; from < addresses.size(); from += at_once) {
        std::vector<std::string> words = {"set", settings_.jail, std::string(order)};
        const auto until = std::min(from + at_once, addresses.size());
        for (std::size_t i = from; i < until; ++i) {
            words.push_back(addresses[i].text());
        }
        if (auto done = ask(std::move(words)); !done) {
            return done.error();
        }
    }
    return {};
}

Result<> Fail2ban::put(std::span<const Block> blocks, TimePoint now) {
    if (auto there = ready(now); !there) {
        return there;
    }
    std::vector<Address> addresses;
    for (const Block& block : blocks) {
        const Address& address = block.denial.address;
        if (settings_.limit_ip_log.empty()) {
            addresses.push_back(address);
        } else if (auto told = append_line(
                       settings_.limit_ip_log, limit_ip_line(block.account, address, now)
                   );
                   !told) {
            return told;
        }
    }
    if (auto done = change("banip", addresses); !done) {
        return done;
    }
    for (const Block& block : blocks) {
        asked_.insert_or_assign(block.denial, block);
    }
    return {};
}

Result<> Fail2ban::take(std::span<const Denial> denials, TimePoint) {
    std::vector<Address> addresses;
    for (const Denial& denial : denials) {
        if (denial.is_whole_address()) {
            addresses.push_back(denial.address);
        }
    }
    // One that is not banned is fine for it: it prints how many were.
    if (auto done = change("unbanip", addresses); !done) {
        return done;
    }
    for (const Denial& denial : denials) {
        asked_.erase(denial);
    }
    return {};
}

Result<std::vector<Block>> Fail2ban::list(TimePoint) {
    auto addresses = banned();
    if (!addresses) {
        const bool off = addresses.error().code == "FG-ENF-021";
        return off ? Result<std::vector<Block>>(std::vector<Block>()) : addresses.error();
    }
    return known_of(*addresses);
}

/// In an operator's own jail only what we put there is ours to list.
std::vector<Block> Fail2ban::known_of(const std::vector<Address>& banned) const {
    std::vector<Block> blocks;
    for (const Address& address : banned) {
        const Denial denial{.address = address};
        const auto asked = asked_.find(denial);
        if (asked != asked_.end()) {
            blocks.push_back(asked->second);
        } else if (settings_.owner == Fail2banSettings::Owner::ours) {
            blocks.push_back(Block{.denial = denial});
        }
    }
    return blocks;
}

Result<std::vector<Denial>> Fail2ban::missing(std::span<const Denial> denials, TimePoint now) {
    auto found = look(denials, now);
    return found ? Result<std::vector<Denial>>(std::move(found->missing)) : found.error();
}

Result<Found> Fail2ban::look(std::span<const Denial> denials, TimePoint) {
    auto addresses = banned();
    if (!addresses) {
        return addresses.error();
    }
    const std::set<Address> there(addresses->begin(), addresses->end());
    Found found{.in_force = known_of(*addresses), .missing = {}};
    std::ranges::copy_if(
        denials,
        std::back_inserter(found.missing),
        [&there](const Denial& denial) {
            return !denial.is_whole_address() || !there.contains(denial.address);
        }
    );
    return found;
}

Result<> Fail2ban::drop(TimePoint now) {
    auto blocks = list(now);
    if (!blocks) {
        return blocks.error();
    }
    std::vector<Denial> denials;
    for (const Block& block : *blocks) {
        denials.push_back(block.denial);
    }
    return take(denials, now);
}

}  // namespace fairgate::enforcement::fail2ban

#include "enforcement/shared_blocks.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::enforcement {

namespace {

/// When the last of them ends; none: one has no end.
std::optional<TimePoint> last_end(const std::map<MeasureId, std::optional<TimePoint>>& holders) {
    std::optional<TimePoint> last;
    for (const auto& [measure, until] : holders) {
        if (!until) {
            return std::nullopt;
        }
        last = last ? std::max(last, until) : until;
    }
    return last;
}

}  // namespace

Result<SharedBlocks::Allowed> SharedBlocks::allowed(const Hold& hold) const {
    auto never = never_();
    if (!never) {
        return never.error();
    }
    Allowed result;
    result.report.wanted = hold.denials.size();
    result.never = *std::move(never);
    for (const Denial& denial : hold.denials) {
        std::string why = why_left_out(denial, result.never, result.denials.size());
        if (why.empty()) {
            result.denials.push_back(denial);
            continue;
        }
        ++result.report.left_out;
        if (result.report.why.empty()) {
            result.report.why = std::move(why);
        }
    }
    return result;
}

/// "" for one that may be refused beside so many others of its account.
std::string SharedBlocks::why_left_out(
    const Denial& denial, const kernel::ProtectedTargets& never, std::size_t others
) const {
    if (const auto fine = never.allow(denial.address); !fine) {
        return to_text(denial) + ": " + fine.error().cause;
    }
    const std::size_t most = blocker_.abilities().most_at_once;
    return others < most ? ""
                         : std::string(blocker_.name()) + " takes " + std::to_string(most) +
                               " of one account";
}

Result<> SharedBlocks::leave_out(std::vector<Hold>& holds, const LeaveOut& out) const {
    const auto never = never_();
    if (!never) {
        return never.error();
    }
    for (Hold& hold : holds) {
        std::vector<Denial> kept;
        for (const Denial& denial : hold.denials) {
            std::string why = why_left_out(denial, *never, kept.size());
            if (why.empty()) {
                kept.push_back(denial);
            } else {
                out(hold, denial, std::move(why));
            }
        }
        hold.denials = std::move(kept);
    }
    return {};
}

bool SharedBlocks::is_held(const Denial& denial) const {
    const auto found = holders_.find(denial);
    return found != holders_.end() && !found->second.empty();
}

Result<> SharedBlocks::put(const Allowed& allowed, const Hold& hold, TimePoint now) {
    std::vector<Block> blocks;
    blocks.reserve(allowed.denials.size());
    for (const Denial& denial : allowed.denials) {
        Holders& holders = holders_[denial];
        holders.insert_or_assign(hold.measure, hold.until);
        blocks.push_back({.denial = denial, .until = last_end(holders), .account = hold.account});
    }
    return blocker_.block(blocks, allowed.never, now);
}

Result<SharedBlocks::Report> SharedBlocks::hold(const Hold& hold, TimePoint now) {
    auto may = allowed(hold);
    if (!may) {
        return may.error();
    }
    if (auto done = put(*may, hold, now); !done) {
        return done.error();
    }
    return std::move(may->report);
}

bool SharedBlocks::knows(const Allowed& allowed, const Hold& hold) const {
    return std::ranges::all_of(allowed.denials, [&](const Denial& denial) {
        const auto holders = holders_.find(denial);
        if (holders == holders_.end()) {
            return false;
        }
        const auto ours = holders->second.find(hold.measure);
        return ours != holders->second.end() && ours->second == hold.until;
    });
}

Result<SharedBlocks::Report> SharedBlocks::look(const Hold& hold, TimePoint now) {
    auto may = allowed(hold);
    if (!may) {
        return may.error();
    }
    if (!knows(*may, hold)) {
        if (auto done = put(*may, hold, now); !done) {
            return done.error();
        }
    }
    auto missing = blocker_.missing(may->denials, now);
    if (!missing) {
        return missing.error();
    }
    may->report.missing = missing->size();
    return std::move(may->report);
}

Result<std::size_t> SharedBlocks::release(const Hold& hold, TimePoint now) {
    std::vector<Denial> over;
    std::vector<Block> others;
    for (const Denial& denial : hold.denials) {
        const auto found = holders_.find(denial);
        if (found != holders_.end()) {
            found->second.erase(hold.measure);
        }
        if (found == holders_.end() || found->second.empty()) {
            over.push_back(denial);
        } else {
            others.push_back({.denial = denial, .until = last_end(found->second)});
        }
    }
    // Only for the number: one that is switched off cannot tell, and may give back all the same.
    const auto missing = blocker_.missing(over, now);
    const std::size_t given_back = over.size() - (missing ? missing->size() : 0);
    if (auto done = blocker_.unblock(over, now); !done) {
        return done.error();
    }
    for (const Denial& denial : over) {
        holders_.erase(denial);
    }
    if (others.empty()) {
        return given_back;
    }
    // What they hold ends with them, and not with the one that is over.
    auto never = never_();
    if (!never) {
        return never.error();
    }
    if (auto done = blocker_.block(others, *never, now); !done) {
        return done.error();
    }
    return given_back;
}

}  // namespace fairgate::enforcement

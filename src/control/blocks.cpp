#include "control/blocks.hpp"

#include "control/accounts.hpp"
#include "control/cursor.hpp"
#include "control/errors.hpp"
#include "control/words.hpp"
#include "model/ids.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kind = "blocks";

void add_once(std::vector<std::string>& to, std::string text) {
    if (std::ranges::find(to, text) == to.end()) {
        to.push_back(std::move(text));
    }
}

BlockRow row_of(
    const enforcement::Refusal& refusal,
    const std::string& enforcer,
    const std::vector<Measure>& open
) {
    const Denial& denial = refusal.denial;
    BlockRow row;
    row.refused = fairgate::to_text(denial);
    row.address = denial.address.text();
    if (!denial.is_whole_address()) {
        row.protocol = denial.protocol == Protocol::tcp ? "tcp" : "udp";
    }
    if (denial.peer_port != 0) {
        row.peer_port = denial.peer_port;
    }
    if (denial.local_port != 0) {
        row.local_port = denial.local_port;
    }
    row.until = refusal.until;
    row.enforcer = enforcer;
    row.why_not = refusal.why_not;
    for (const MeasureId id : refusal.measures) {
        row.measures.push_back(fairgate::to_text(id));
        const auto measure = std::ranges::find(open, id, &Measure::id);
        if (measure != open.end()) {
            add_once(row.accounts, measure->account.name);
            add_once(row.decisions, fairgate::to_text(measure->decision));
        }
    }
    return row;
}

/// What blocks accounts where no firewall does.
std::string acts_instead(const Live& live) {
    std::string names;
    for (const EnforcerNow& enforcer : live.enforcers()) {
        if (!enforcer.only_records) {
            names += (names.empty() ? "" : ", ") + enforcer.name;
        }
    }
    return names.empty() ? "no firewall acts, and nothing else does: blocks are only recorded (set "
                           "firewall.driver, or add a [[backend]])"
                         : "no firewall acts here; accounts are blocked by " + names;
}

struct Wanted {
    std::string account;
    std::string address;
};

Result<Wanted> wanted_by(const Live& live, const BlockSearch& search) {
    Wanted wanted;
    if (!search.account.empty()) {
        const auto account = find_account(live, search.account);
        if (!account) {
            return account.error();
        }
        wanted.account = account->facts.key.name;
    }
    if (!search.address.empty()) {
        const auto address = Address::parse(search.address);
        if (!address) {
            return errors::wrong_value("/address", "expected an address such as 203.0.113.5");
        }
        wanted.address = address->text();
    }
    return wanted;
}

bool is_wanted(const Wanted& wanted, const BlockRow& row) {
    const bool of_account = wanted.account.empty() ||
                            std::ranges::find(row.accounts, wanted.account) != row.accounts.end();
    return of_account && (wanted.address.empty() || wanted.address == row.address);
}

void judge(BlockCheck& check) {
    const auto count = [](const std::vector<BlockRow>& rows) {
        return std::to_string(rows.size());
    };
    check.clean = check.missing.empty() && check.strays.empty();
    check.verdict = check.enforcer + ": " + std::to_string(check.in_force) + " in force, " +
                    count(check.missing) + " missing, " + count(check.strays) +
                    " that nobody decided";
    if (!check.left_out.empty()) {
        check.verdict += ", " + count(check.left_out) + " protected and left out";
    }
    if (!check.clean) {
        check.code = check.missing.empty() ? "FG-ENF-026" : "FG-ENF-025";
        check.cause = check.missing.empty() ? "left by another database, or put there by hand"
                                            : "another program took them away";
        check.next = "fairgate doctor --fix";
    }
}

}  // namespace

std::vector<BlockRow> rows_of(
    const std::vector<enforcement::Refusal>& refusals,
    const std::string& enforcer,
    const std::vector<Measure>& open
) {
    std::vector<BlockRow> rows;
    rows.reserve(refusals.size());
    for (const enforcement::Refusal& refusal : refusals) {
        rows.push_back(row_of(refusal, enforcer, open));
    }
    std::ranges::sort(rows, {}, &BlockRow::refused);
    return rows;
}

asio::awaitable<Result<Listed<BlockRow>>> list_blocks(Desk desk, BlockSearch search) {
    const auto wanted = wanted_by(desk.live, search);
    if (!wanted) {
        co_return wanted.error();
    }
    const auto now = co_await desk.orders.look_at_firewall();
    if (!now) {
        co_return now.error();
    }
    Listed<BlockRow> list;
    if (now->enforcer.empty()) {
        list.summary = acts_instead(desk.live);
        co_return list;
    }
    std::vector<enforcement::Refusal> there = now->drift.in_force;
    there.insert(there.end(), now->drift.strays.begin(), now->drift.strays.end());
    std::vector<BlockRow> all = rows_of(there, now->enforcer, desk.live.open_measures());
    std::erase_if(all, [&wanted](const BlockRow& row) { return !is_wanted(*wanted, row); });
    list.summary = counted(all.size(), "block") + " in force in " + now->enforcer;
    if (!now->drift.missing.empty()) {
        list.warnings.push_back(
            counted(now->drift.missing.size(), "block") + " missing: fairgate block check"
        );
    }
    auto begin = all.begin();
    if (!search.cursor.empty()) {
        const auto parts = parse_cursor(search.cursor, kind, 2);
        if (!parts) {
            co_return parts.error();
        }
        begin = std::ranges::upper_bound(all, (*parts)[1], {}, &BlockRow::refused);
    }
    for (; begin != all.end() && list.rows.size() < search.limit; ++begin) {
        list.rows.push_back(std::move(*begin));
    }
    if (begin != all.end() && !list.rows.empty()) {
        std::vector<std::string> last = {std::string(kind), list.rows.back().refused};
        list.next_cursor = to_cursor(last);
    }
    co_return list;
}

asio::awaitable<Result<BlockCheck>> check_blocks(Desk desk) {
    const auto now = co_await desk.orders.look_at_firewall();
    BlockCheck check;
    if (!now) {
        check.clean = false;
        check.verdict = now.error().what;
        check.code = now.error().code;
        check.cause = now.error().cause;
        check.next = now.error().next;
        co_return check;
    }
    check.enforcer = now->enforcer;
    if (now->enforcer.empty()) {
        check.verdict = acts_instead(desk.live);
        co_return check;
    }
    const auto open = desk.live.open_measures();
    check.in_force = static_cast<std::int64_t>(now->drift.in_force.size());
    check.missing = rows_of(now->drift.missing, now->enforcer, open);
    check.strays = rows_of(now->drift.strays, now->enforcer, open);
    check.left_out = rows_of(now->drift.left_out, now->enforcer, open);
    judge(check);
    co_return check;
}

}  // namespace fairgate::control

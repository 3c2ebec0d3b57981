#include "control/blocks.hpp"

#include "control/accounts.hpp"
#include "control/cursor.hpp"
#include "control/errors.hpp"
#include "control/words.hpp"
#include "model/ids.hpp"

#include <algorithm>
#include <iterator>
#include <set>
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

/// In which order they are listed.
std::pair<std::string, std::string> place_of(const BlockRow& row) {
    return {row.refused, row.node};
}

bool has_firewall(const nodes::NodeNow& node) {
    return node.state == nodes::NodeState::connected && !node.enforcing.firewall.empty();
}

std::string enforcer_of(const nodes::NodeNow& node) {
    return "firewall:" + node.enforcing.firewall;
}

std::vector<BlockRow> rows_of_node(
    const nodes::NodeNow& node, link::Found found, const std::vector<Measure>& open
) {
    std::vector<enforcement::Refusal> refusals;
    const auto& look = node.enforcing.look;
    for (const link::FoundRefusal& one : look ? look->listed : std::vector<link::FoundRefusal>()) {
        if (one.found == found) {
            enforcement::Refusal& refusal = refusals.emplace_back();
            refusal.denial = one.denial;
            refusal.until = one.until;
            refusal.why_not = one.why_not;
            for (const std::int64_t measure : one.measures) {
                refusal.measures.push_back(MeasureId{measure});
            }
        }
    }
    std::vector<BlockRow> rows = rows_of(refusals, enforcer_of(node), open);
    for (BlockRow& row : rows) {
        row.node = node.name;
    }
    return rows;
}

/// What is refused on nodes, whoever wants it, in its place among the others.
void add_nodes(std::vector<BlockRow>& to, const Live& live) {
    for (const link::Found found : {link::Found::in_force, link::Found::stray}) {
        std::vector<BlockRow> more = rows_of_nodes(live, found);
        to.insert(
            to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())
        );
    }
    std::ranges::sort(to, {}, place_of);
}

std::string summary_of(
    const Live& live, const std::string& enforcer, const std::vector<BlockRow>& rows
) {
    std::set<std::string> nodes;
    for (const BlockRow& row : rows) {
        if (!row.node.empty()) {
            nodes.insert(row.node);
        }
    }
    if (enforcer.empty() && nodes.empty()) {
        return acts_instead(live);
    }
    std::string where = enforcer.empty() ? "" : "in " + enforcer;
    if (!nodes.empty()) {
        where += (where.empty() ? "on " : " and on ") + counted(nodes.size(), "node");
    }
    return counted(rows.size(), "block") + " in force " + where;
}

NodeBlocks blocks_of(const nodes::NodeNow& node, const std::vector<Measure>& open) {
    NodeBlocks blocks;
    blocks.node = node.name;
    blocks.enforcer = enforcer_of(node);
    blocks.measures = static_cast<std::int64_t>(node.held);
    const auto& look = node.enforcing.look;
    if (node.enforcing.error) {
        blocks.clean = false;
        blocks.code = node.enforcing.error->code;
        blocks.verdict = node.enforcing.error->what;
        return blocks;
    }
    if (!look) {
        blocks.verdict =
            "it has not told what its firewall holds: it connected just now, or is "
            "of an older version";
        return blocks;
    }
    blocks.looked = look->looked;
    blocks.in_force = static_cast<std::int64_t>(look->in_force);
    blocks.lost = static_cast<std::int64_t>(look->lost);
    blocks.missing = rows_of_node(node, link::Found::missing, open);
    blocks.strays = rows_of_node(node, link::Found::stray, open);
    blocks.left_out = rows_of_node(node, link::Found::left_out, open);
    blocks.clean = look->missing == 0 && look->strays == 0;
    blocks.verdict = counted(node.held, "measure") + " held, " + std::to_string(look->in_force) +
                     " in force, " + std::to_string(look->missing) + " missing, " +
                     std::to_string(look->strays) + " that nobody decided";
    if (look->left_out > 0) {
        blocks.verdict += ", " + std::to_string(look->left_out) + " protected and left out";
    }
    if (look->lost > 0) {
        blocks.verdict += "; it has put back " + std::to_string(look->lost) + " that were gone";
    }
    if (const auto fault = link::fault_of(node.name, *look)) {
        blocks.code = fault->code;
    }
    return blocks;
}

/// One node that is not as it should be makes the whole so.
void judge_nodes(BlockCheck& check, const Live& live) {
    const auto open = live.open_measures();
    for (const nodes::NodeNow& node : live.nodes()) {
        if (!has_firewall(node)) {
            continue;
        }
        NodeBlocks blocks = blocks_of(node, open);
        if (!blocks.clean && check.code.empty()) {
            check.code = blocks.code;
            check.cause = "node " + blocks.node + ": " + blocks.verdict;
            check.next = "fairgate node show " + blocks.node;
        }
        check.clean = check.clean && blocks.clean;
        check.nodes.push_back(std::move(blocks));
    }
}

}  // namespace

std::vector<BlockRow> rows_of_nodes(const Live& live, link::Found found) {
    const auto open = live.open_measures();
    std::vector<BlockRow> rows;
    for (const nodes::NodeNow& node : live.nodes()) {
        if (has_firewall(node)) {
            std::vector<BlockRow> more = rows_of_node(node, found, open);
            rows.insert(
                rows.end(),
                std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end())
            );
        }
    }
    return rows;
}

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
    std::vector<BlockRow> all;
    if (!now->enforcer.empty()) {
        std::vector<enforcement::Refusal> there = now->drift.in_force;
        there.insert(there.end(), now->drift.strays.begin(), now->drift.strays.end());
        all = rows_of(there, now->enforcer, desk.live.open_measures());
    }
    add_nodes(all, desk.live);
    std::erase_if(all, [&wanted](const BlockRow& row) { return !is_wanted(*wanted, row); });
    list.summary = summary_of(desk.live, now->enforcer, all);
    if (!now->drift.missing.empty()) {
        list.warnings.push_back(
            counted(now->drift.missing.size(), "block") + " missing: fairgate block check"
        );
    }
    auto begin = all.begin();
    if (!search.cursor.empty()) {
        const auto parts = parse_cursor(search.cursor, kind, 3);
        if (!parts) {
            co_return parts.error();
        }
        const auto last = std::pair((*parts)[1], (*parts)[2]);
        begin = std::ranges::upper_bound(all, last, {}, place_of);
    }
    for (; begin != all.end() && list.rows.size() < search.limit; ++begin) {
        list.rows.push_back(std::move(*begin));
    }
    if (begin != all.end() && !list.rows.empty()) {
        const BlockRow& row = list.rows.back();
        const std::vector<std::string> last = {std::string(kind), row.refused, row.node};
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
    } else if (now->enforcer.empty()) {
        check.verdict = acts_instead(desk.live);
    } else {
        check.enforcer = now->enforcer;
        const auto open = desk.live.open_measures();
        check.in_force = static_cast<std::int64_t>(now->drift.in_force.size());
        check.missing = rows_of(now->drift.missing, now->enforcer, open);
        check.strays = rows_of(now->drift.strays, now->enforcer, open);
        check.left_out = rows_of(now->drift.left_out, now->enforcer, open);
        judge(check);
    }
    judge_nodes(check, desk.live);
    co_return check;
}

}  // namespace fairgate::control

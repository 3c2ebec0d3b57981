#include "config/raw.hpp"
#include "importing/pg_limiter.hpp"

#include <algorithm>
#include <array>

// Accounts in PG-Limiter's tables.
namespace fairgate::importing::pg_limiter {

namespace {

std::string text_in(Draft& draft, Members& row, std::string_view column) {
    const json::Value* value = row.take(column);
    return value == nullptr || is_unset(*value) ? ""
                                                : draft.text(row.said(column, *value)).value_or("");
}

/// Somebody may be called "none".
std::string account_in(Draft& draft, Members& row) {
    const json::Value* value = row.take("username");
    return value == nullptr || value->is_null()
               ? ""
               : draft.text(row.said("username", *value)).value_or("");
}

std::optional<TimePoint> moment_in(Draft& draft, Members& row, std::string_view column) {
    const json::Value* value = row.take(column);
    return value == nullptr || is_unset(*value) ? std::nullopt
                                                : draft.moment(row.said(column, *value));
}

bool truth_in(Draft& draft, Members& row, std::string_view column) {
    const json::Value* value = row.take(column);
    return value != nullptr && !is_unset(*value) &&
           draft.truth(row.said(column, *value)).value_or(false);
}

/// A list of numbers, or one as JSON text in a cell.
std::vector<std::int64_t> numbers_in(Draft& draft, Members& row, std::string_view column) {
    const json::Value* value = row.take(column);
    if (value == nullptr || is_unset(*value)) {
        return {};
    }
    json::Value list = *value;
    if (const auto* text = list.if_string()) {
        auto parsed = json::parse(std::string_view(text->data(), text->size()));
        list = parsed ? *std::move(parsed) : json::Value();
    }
    const auto* array = list.if_array();
    if (array == nullptr) {
        draft.leave_out(row.said(column, *value), LeftOutBecause::unusable, "no list of groups");
        return {};
    }
    std::vector<std::int64_t> numbers;
    for (const json::Value& each : *array) {
        if (const auto number = draft.whole(row.said(column, each))) {
            numbers.push_back(*number);
        }
    }
    return numbers;
}

/// "pg_limiter.db: users[ali]"
std::string row_name(const std::string& where, const std::string& account) {
    return where + "[" + account + "]";
}

/// The columns that a disabled account has in either table.
void take_punishment(Draft& draft, Members& row, const std::string& account, const Punishing& how) {
    Punishment punishment;
    punishment.where = row.where("disabled_at");
    punishment.account = account;
    punishment.since = moment_in(draft, row, "disabled_at");
    const json::Value* end = row.take("enable_at");
    const bool usual =
        end == nullptr || is_unset(*end) || (end->is_number() && end->to_number<double>() == 0);
    if (usual) {
        punishment.until = punishment.since.value_or(draft.now()) + how.usual;
        punishment.end = Punishment::End::usual;
    } else if (!end->is_number() || end->to_number<double>() > 0) {
        punishment.until = draft.moment(row.said("enable_at", *end));
    }
    punishment.groups = numbers_in(draft, row, "original_groups");
    if (!punishment.groups.empty() && how.restricted_group) {
        punishment.restricted_group = how.restricted_group;
    }
    punishment.reason = text_in(draft, row, "disable_reason");
    const std::string older = text_in(draft, row, "reason");
    punishment.reason = punishment.reason.empty() ? older : punishment.reason;
    draft.punish(std::move(punishment));
}

/// What the panel knows itself, and what belongs to what was taken.
void pass_over(Members& row, std::initializer_list<std::string_view> columns) {
    for (const std::string_view column : columns) {
        row.take(column);
    }
}

void take_user(Draft& draft, Members& row, const std::string& account, const Punishing& how) {
    const json::Value* limit = row.take("special_limit");
    LimitSetting setting;
    setting.at = moment_in(draft, row, "special_limit_updated_at").value_or(draft.now());
    if (limit != nullptr && !is_unset(*limit)) {
        draft.limit(row.said("special_limit", *limit), account, Draft::Negative::unusable, setting);
    }
    const bool exempt = truth_in(draft, row, "is_excepted");
    Exemption exemption;
    exemption.account.name = account;
    exemption.reason = text_in(draft, row, "exception_reason");
    const std::string by = text_in(draft, row, "excepted_by");
    exemption.reason += by.empty() ? "" : (exemption.reason.empty() ? "by " : ", by ") + by;
    exemption.at = moment_in(draft, row, "excepted_at").value_or(draft.now());
    if (exempt) {
        draft.exempt({row.where("is_excepted"), json::Value(account)}, std::move(exemption));
    }
    if (truth_in(draft, row, "is_disabled_by_limiter")) {
        take_punishment(draft, row, account, how);
    }
}

std::vector<std::string> addresses_in(Draft& draft, Members& row) {
    const json::Value* value = row.take("ips");
    if (value == nullptr || is_unset(*value)) {
        return {};
    }
    json::Value list = *value;
    if (const auto* text = list.if_string()) {
        auto parsed = json::parse(std::string_view(text->data(), text->size()));
        if (parsed) {
            list = *std::move(parsed);
        }
    }
    return draft.list(row.said("ips", list)).value_or(std::vector<std::string>());
}

/// Each column of a table that is not known, once.
class UnknownColumns {
public:
    void see(const Members& row) {
        for (const Said& said : row.rest()) {
            const std::string column = said.where.substr(said.where.rfind('.') + 1);
            if (std::ranges::find(seen_, column) == seen_.end()) {
                seen_.push_back(column);
            }
        }
    }
    void tell(Draft& draft, const std::string& where) const {
        for (const std::string& column : seen_) {
            draft.unknown(Said{where + "." + column, json::Value("")});
        }
    }

private:
    std::vector<std::string> seen_;
};

}  // namespace

/// Where an account has no limit of its own and no pattern fits, PG-Limiter takes one from its
/// name: "ali.3.User", "ali3User", or its last digit.
class NamesThatTell {
public:
    void see(const std::string& name) {
        const std::string_view text = name;
        const std::string_view stem = text.ends_with("User") ? text.substr(0, text.size() - 4) : "";
        if (stem.ends_with('.') && ends_in_dotted_digits(stem.substr(0, stem.size() - 1))) {
            ++dotted_;
        } else if (ends_in_digit(stem)) {
            ++joined_;
        } else if (ends_in_digit(text)) {
            ++last_digit_;
        }
    }
    void tell(Draft& draft, const std::string& where) const {
        if (dotted_ > 0) {
            tell_dotted(draft, where);
        }
        const std::string how =
            " took the number in their names as their limit; fairgate limit set "
            "gives them one, [[limits.patterns]] many";
        if (joined_ > 0) {
            draft.advise(accounts(joined_) + " like ali3User: PG-Limiter" + how);
        }
        if (last_digit_ > 0) {
            draft.advise(accounts(last_digit_) + " with a digit at the end: PG-Limiter" + how);
        }
    }

private:
    static bool ends_in_digit(std::string_view text) {
        return !text.empty() && text.back() >= '0' && text.back() <= '9';
    }
    static bool ends_in_dotted_digits(std::string_view text) {
        const std::size_t before = text.find_last_not_of("0123456789");
        return ends_in_digit(text) && before != std::string_view::npos && text[before] == '.';
    }
    static std::string accounts(int count) {
        return std::to_string(count) + (count == 1 ? " account" : " accounts");
    }
    void tell_dotted(Draft& draft, const std::string& where) const {
        const std::string form = R"("*.{devices}.User")";
        Table table{"[[limits.patterns]]", {{"match", form, ""}}};
        const Said said{where + ".username", json::Value(accounts(dotted_) + " like ali.3.User")};
        const std::string shown = "match " + form;
        if (!draft.add_element(said, std::move(table), "limits.patterns", shown).empty()) {
            draft.advise(
                accounts(dotted_) +
                " like ali.3.User: PG-Limiter took the number in their names as their limit; "
                "fairgate limit set gives them one"
            );
        }
    }

    int dotted_ = 0;
    int joined_ = 0;
    int last_digit_ = 0;
};

void take_users(
    Draft& draft, const PeerTable& table, const std::string& where, const Punishing& how
) {
    UnknownColumns unknown;
    NamesThatTell names;
    for (const boost::json::object& columns : table.rows) {
        Members row(where, columns);
        const std::string account = account_in(draft, row);
        Members named(row_name(where, account), columns);
        pass_over(
            named,
            {"id",
             "username",
             "status",
             "owner_id",
             "owner_username",
             "group_ids",
             "data_limit",
             "used_traffic",
             "created_at",
             "expire_at",
             "last_synced_at",
             "note",
             "updated_at",
             "disabled_at",
             "enable_at",
             "original_groups",
             "disable_reason",
             "punishment_step",
             "special_limit_updated_at"}
        );
        take_user(draft, named, account, how);
        unknown.see(named);
        const json::Value* limit = columns.if_contains("special_limit");
        if (limit == nullptr || is_unset(*limit)) {
            names.see(account);
        }
    }
    unknown.tell(draft, where);
    names.tell(draft, where);
}

void take_violations(
    Draft& draft, const PeerTable& table, const std::string& where, const Punishing& how
) {
    UnknownColumns unknown;
    for (const boost::json::object& columns : table.rows) {
        Members row(where, columns);
        pass_over(row, {"id", "step_applied", "disable_duration", "enabled_at"});
        PastViolation violation;
        violation.where = where;
        violation.account = account_in(draft, row);
        const auto at = moment_in(draft, row, "timestamp");
        const json::Value* count = row.take("ip_count");
        if (count != nullptr && !is_unset(*count)) {
            const auto devices = draft.whole(row.said("ip_count", *count)).value_or(0);
            violation.devices = static_cast<int>(std::clamp<std::int64_t>(devices, 0, 10000));
        }
        violation.addresses = addresses_in(draft, row);
        unknown.see(row);
        if (at && *at > draft.now() - how.window && *at <= draft.now()) {
            violation.at = *at;
            draft.remember(std::move(violation));
        }
    }
    unknown.tell(draft, where);
}

/// An owner's pattern: which accounts are whose, by name.
void take_owner(
    Draft& draft,
    const Said& said,
    const std::string& owner,
    const std::string& type,
    const std::string& text
) {
    Table table{"[[owner]]", {}};
    table.values.push_back({"name", config::quoted(owner), ""});
    table.values.push_back({type == "prefix" ? "prefix" : "suffix", config::quoted(text), ""});
    const std::string refusal = draft.add_element(
        said, std::move(table), "owner", owner + ": " + type + " " + config::quoted(text)
    );
    if (!refusal.empty()) {
        draft.leave_out(
            said,
            LeftOutBecause::no_counterpart,
            "an owner is who the panel says; owners by name are not known yet"
        );
    }
}

void take_patterns(Draft& draft, const PeerTable& table, const std::string& where) {
    const bool owners = table.name == "admin_patterns";
    UnknownColumns unknown;
    for (const boost::json::object& columns : table.rows) {
        Members row(where, columns);
        pass_over(row, {"id", "created_at", "updated_at", "description"});
        const std::string text = text_in(draft, row, "pattern");
        const std::string type = text_in(draft, row, "pattern_type");
        const std::string owner = text_in(draft, row, "admin_username");
        const json::Value* limit = row.take("ip_limit");
        unknown.see(row);
        const Said said{
            where + "[" + type + " " + text + "]", limit == nullptr ? json::Value(owner) : *limit
        };
        if (type != "prefix" && type != "postfix") {
            draft.leave_out(said, LeftOutBecause::unusable, "it is neither prefix nor postfix");
        } else if (owners) {
            take_owner(draft, said, owner, type, text);
        } else if (const auto devices = draft.whole(said)) {
            draft.add_pattern(said, type == "prefix" ? "prefix" : "suffix", text, *devices);
        }
    }
    unknown.tell(draft, where);
}

void take_legacy(
    Draft& draft, const PeerTable& table, const std::string& where, const Punishing& how
) {
    UnknownColumns unknown;
    for (const boost::json::object& columns : table.rows) {
        Members first(where, columns);
        const std::string account = account_in(draft, first);
        Members row(row_name(where, account), columns);
        pass_over(row, {"id", "username", "created_at", "updated_at", "punishment_step"});
        if (table.name == "disabled_users") {
            take_punishment(draft, row, account, how);
        } else if (table.name == "except_users") {
            Exemption exemption;
            exemption.account.name = account;
            exemption.reason = text_in(draft, row, "reason");
            exemption.at = draft.now();
            draft.exempt({row.where("username"), json::Value(account)}, std::move(exemption));
        } else {
            for (const std::string_view column : {"limit", "ip_limit", "special_limit"}) {
                const json::Value* limit = row.take(column);
                LimitSetting setting;
                setting.at = draft.now();
                if (limit != nullptr && !is_unset(*limit)) {
                    draft.limit(
                        row.said(column, *limit), account, Draft::Negative::unusable, setting
                    );
                }
            }
        }
        unknown.see(row);
    }
    unknown.tell(draft, where);
}

}  // namespace fairgate::importing::pg_limiter

#pragma once

#include "backends/marzban/wire.hpp"
#include "model/account.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fairgate::backends::marzban {

/// The users of one panel as they were last read, by their names without regard to case. The
/// panel's API shows no ids; log lines carry them before the name, and they tell a user that was
/// deleted and made again from the former one: its id is higher, and what trails in of the former
/// one is nobody's. Pure; about 200 bytes a user, so 100 000 users are 20 MB.
class Directory {
public:
    using User = PanelUser;
    using Key = std::string;

    explicit Directory(std::string backend) : backend_(std::move(backend)) {}

    static Key key_of(const PanelUser& user) { return folded(user.username); }
    /// The form in which keys are compared.
    static Key normal(const Key& name) { return folded(name); }

    enum class Change { none, added, changed };
    Change put(const PanelUser& user);
    bool remove(std::string_view name);

    std::size_t size() const { return entries_.size(); }
    /// The name as the panel writes it.
    std::optional<std::string> find(std::string_view name) const;
    std::optional<AccountFacts> facts(std::string_view name) const;

    /// The account that a log line's e-mail is about. Nothing for users we do not know (yet), for
    /// those deleted since, and for clients that are in the core and not in the panel; the names of
    /// the first, and of users that seem to have been made again, are kept to be asked for.
    std::optional<std::string> account_of_email(std::string_view email);
    /// Names to look up, at most 500; they are asked for once.
    std::vector<std::string> take_unknown();

    void for_each(const std::function<void(const AccountFacts&)>& visit) const;
    /// Sorted, in the form of folded().
    std::vector<Key> keys() const;
    std::vector<Key> keys_with_status(std::string_view status) const;

    /// Everybody as text, to be known at once after a restart; what cannot be read of it is left
    /// out.
    std::string as_text() const;
    void take_up(std::string_view text);

private:
    struct Entry {
        std::string name;
        std::string note;
        std::size_t made = 0;       ///< stands for created_at
        std::int64_t least_id = 0;  ///< lines with a lower one are about a former user; 0: any
        std::uint32_t status = 0;   ///< places in the tables below: few values, many users
        std::uint32_t owner = 0;
    };
    /// A place for each distinct text.
    class Table {
    public:
        std::uint32_t place(const std::string& text);
        const std::string& at(std::uint32_t place) const { return texts_[place]; }

    private:
        std::vector<std::string> texts_;
        std::map<std::string, std::uint32_t> places_;
    };

    const Entry* entry(std::string_view name) const;
    AccountFacts facts_of(const Entry& entry) const;
    void ask_for(std::string name);

    std::string backend_;
    std::unordered_map<std::string, Entry> entries_;  ///< by folded name
    std::set<std::string> unknown_;
    Table statuses_;
    Table owners_;
};

}  // namespace fairgate::backends::marzban

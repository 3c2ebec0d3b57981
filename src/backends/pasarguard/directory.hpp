#pragma once

#include "backends/pasarguard/wire.hpp"
#include "model/account.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fairgate::backends::pasarguard {

/// The users of one panel as they were last read: by id, which log lines carry, and by name, which
/// people use. A name that was deleted and made again has another id and is another user. Pure;
/// about 200 bytes a user, so 100 000 users are 20 MB.
class Directory {
public:
    using User = PanelUser;
    using Key = std::int64_t;

    explicit Directory(std::string backend) : backend_(std::move(backend)) {}
    Directory(const Directory&) = delete;  // the names are borrowed from the entries
    Directory& operator=(const Directory&) = delete;

    static Key key_of(const PanelUser& user) { return user.id; }
    /// The form in which keys are compared.
    static Key normal(Key id) { return id; }

    /// What changed in it, so that limits need not be worked out again for everybody.
    enum class Change { none, added, changed };
    Change put(const PanelUser& user);
    bool remove(std::int64_t id);
    void set_groups(const std::vector<PanelGroup>& groups);

    std::size_t size() const { return entries_.size(); }
    bool contains(std::int64_t id) const { return entries_.contains(id); }
    std::optional<std::int64_t> id_of(std::string_view username) const;
    std::optional<std::string> name_of(std::int64_t id) const;
    std::optional<AccountFacts> facts(std::int64_t id) const;
    /// The account that a log line is about; nothing for users we do not know (yet) and for
    /// clients that are in the core and not in the panel.
    std::optional<AccountKey> account_of_email(std::string_view email) const;

    void for_each(const std::function<void(const AccountFacts&)>& visit) const;
    /// Sorted.
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
        std::uint32_t status = 0;  ///< places in the tables below: few values, many users
        std::uint32_t owner = 0;
        std::uint32_t groups = 0;
        std::int32_t devices = -1;  ///< the panel's own limit; -1: none

        bool operator==(const Entry&) const = default;
    };

    /// A place for each distinct value.
    template <class T>
    class Table {
    public:
        std::uint32_t place(const T& value);
        const T& at(std::uint32_t place) const { return values_[place]; }

    private:
        std::vector<T> values_;
        std::map<T, std::uint32_t> places_;
    };

    AccountFacts facts_of(std::int64_t id, const Entry& entry) const;

    std::string backend_;
    std::unordered_map<std::int64_t, Entry> entries_;
    std::unordered_map<std::string_view, std::int64_t> ids_;
    Table<std::string> statuses_;
    Table<std::string> owners_;
    Table<std::vector<std::int64_t>> group_sets_;
    std::map<std::int64_t, std::string> group_names_;
};

}  // namespace fairgate::backends::pasarguard

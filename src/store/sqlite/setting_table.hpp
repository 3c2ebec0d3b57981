#pragma once

#include "store/settings.hpp"
#include "store/sqlite/row.hpp"

#include <string>
#include <utility>

namespace fairgate::store::sqlite {

/// A table of settings; its primary key is the columns of key_of().
template <class Entry>
class SettingTable final : public SettingStore<Entry> {
public:
    /// `key`: "\"origin\" = ? AND \"backend\" = ?", the columns in the order of key_of()'s parts.
    SettingTable(Database& database, std::string name, std::string key)
        : database_(database), name_(std::move(name)), key_(std::move(key)) {}

    Result<void> set(const Entry& entry) override {
        const Cells cells = to_cells(entry);
        std::string marks = "?";
        for (std::size_t i = 1; i < cells.size(); ++i) {
            marks += ", ?";
        }
        const auto done = database_.run(
            "INSERT OR REPLACE INTO " + name_ + " (" + column_names<Entry>() + ") VALUES (" +
                marks + ")",
            cells
        );
        return done ? Result<void>() : Result<void>(done.error());
    }

    Result<std::optional<Entry>> remove(const KeyOf<Entry>& key) override {
        std::optional<Entry> removed;
        const auto work = [&]() -> Result<void> {
            auto found = find(key);
            if (!found) {
                return found.error();
            }
            removed = *std::move(found);
            const auto done =
                database_.run("DELETE FROM " + name_ + " WHERE " + key_, key_cells(key));
            return done ? Result<void>() : Result<void>(done.error());
        };
        const auto done = database_.atomically(Durability::now, work);
        return done ? Result<std::optional<Entry>>(removed)
                    : Result<std::optional<Entry>>(done.error());
    }

    Result<std::optional<Entry>> find(const KeyOf<Entry>& key) override {
        auto found = select(" WHERE " + key_, key_cells(key));
        if (!found) {
            return found.error();
        }
        return found->empty() ? std::nullopt : std::optional<Entry>(std::move(found->front()));
    }

    Result<std::vector<Entry>> all() override {
        auto found = select("", {});
        if (found) {  // the database orders enums by name, not as they are declared
            std::ranges::sort(*found, {}, [](const Entry& entry) { return key_of(entry); });
        }
        return found;
    }

private:
    static Cells key_cells(const KeyOf<Entry>& key) {
        if constexpr (std::is_same_v<KeyOf<Entry>, std::string>) {
            return {key};
        } else if constexpr (std::is_same_v<KeyOf<Entry>, AccountKey>) {
            return {key.backend, key.name};
        } else {
            return std::apply([](const auto&... part) { return Cells{to_cell(part)...}; }, key);
        }
    }

    Result<std::vector<Entry>> select(const std::string& rest, const Cells& arguments) {
        const auto found =
            database_.rows("SELECT " + column_names<Entry>() + " FROM " + name_ + rest, arguments);
        if (!found) {
            return found.error();
        }
        std::vector<Entry> entries;
        for (const Cells& cells : *found) {
            auto entry = read_row<Entry>(cells, database_);
            if (!entry) {
                return entry.error();
            }
            entries.push_back(*std::move(entry));
        }
        return entries;
    }

    Database& database_;
    std::string name_;
    std::string key_;
};

}  // namespace fairgate::store::sqlite

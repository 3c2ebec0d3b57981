#pragma once

#include "model/ids.hpp"
#include "store/page.hpp"
#include "store/sqlite/row.hpp"

#include <string>
#include <utility>
#include <vector>

namespace fairgate::store::sqlite {

/// Conditions joined by AND, each with its arguments.
struct Where {
    std::string sql;
    Cells arguments;

    void add(const std::string& condition, Cells values = {}) {
        sql += (sql.empty() ? " WHERE " : " AND ") + condition;
        arguments.insert(arguments.end(), values.begin(), values.end());
    }
    /// Empty text selects everything.
    void add_text(const char* column, const std::string& text) {
        if (!text.empty()) {
            add(std::string(column) + " = ?", {text});
        }
    }
    template <class T>
    void add_since(const char* column, const std::optional<T>& since) {
        if (since) {
            add(std::string(column) + " >= ?", {to_cell(*since)});
        }
    }
    template <class Enum>
    void add_among(const char* column, const std::vector<Enum>& values) {
        if (values.empty()) {
            return;
        }
        std::string marks;
        Cells names;
        for (const Enum value : values) {
            marks += marks.empty() ? "?" : ", ?";
            names.push_back(to_cell(value));
        }
        add(std::string(column) + " IN (" + marks + ")", std::move(names));
    }
};

/// A table of described rows that have an `id`.
template <class Row, class Id>
class Table {
public:
    Table(Database& database, const char* name) : database_(database), name_(name) {}

    Result<Id> insert(Row row) {
        row.id = Id{};  // NULL: the database gives one, never used before
        const Cells cells = to_cells(row);
        std::string marks = "?";
        for (std::size_t i = 1; i < cells.size(); ++i) {
            marks += ", ?";
        }
        const auto done = database_.run(
            "INSERT INTO " + name_ + " (" + column_names<Row>() + ") VALUES (" + marks + ")", cells
        );
        return done ? Result<Id>(Id{database_.last_id()}) : Result<Id>(done.error());
    }

    Result<void> update(const Row& row) {
        std::string set;
        for_each_column(row, [&](const char* name, const auto&) {
            set += std::string(set.empty() ? "\"" : ", \"") + name + "\" = ?";
        });
        Cells cells = to_cells(row);
        cells.push_back(row.id.value);
        return change("SET " + set + " WHERE id = ?", std::move(cells), row.id);
    }

    /// UPDATE of one row; FG-STO-010 if it is not there.
    Result<void> change(const std::string& what, Cells arguments, Id id) {
        const auto changed = database_.run("UPDATE " + name_ + " " + what, arguments);
        if (!changed) {
            return changed.error();
        }
        return *changed == 1 ? Result<void>() : Result<void>(errors::no_such(to_text(id)));
    }

    Result<Row> get(Id id) {
        const auto found = select(" WHERE id = ?", {id.value});
        if (!found) {
            return found.error();
        }
        return found->empty() ? Result<Row>(errors::no_such(to_text(id)))
                              : Result<Row>(found->front());
    }

    Result<Page<Row>> list(Where where, const Cursor& cursor) {
        const bool newest_first = cursor.direction == Direction::newest_first;
        if (cursor.from != 0) {
            where.add(newest_first ? "id < ?" : "id > ?", {cursor.from});
        }
        const auto limit = static_cast<std::size_t>(page_limit(cursor));
        where.arguments.emplace_back(static_cast<std::int64_t>(limit) + 1);
        auto found = select(
            where.sql + " ORDER BY id " + (newest_first ? "DESC" : "ASC") + " LIMIT ?",
            where.arguments
        );
        if (!found) {
            return found.error();
        }
        Page<Row> page{*std::move(found), {}};
        if (page.rows.size() > limit) {
            page.rows.pop_back();
            page.next = page.rows.back().id.value;
        }
        return page;
    }

    Result<std::vector<Row>> select(const std::string& rest, const Cells& arguments) {
        const auto found =
            database_.rows("SELECT " + column_names<Row>() + " FROM " + name_ + rest, arguments);
        if (!found) {
            return found.error();
        }
        std::vector<Row> rows;
        for (const Cells& cells : *found) {
            auto row = read_row<Row>(cells, database_);
            if (!row) {
                return row.error();
            }
            rows.push_back(*std::move(row));
        }
        return rows;
    }

private:
    Database& database_;
    std::string name_;
};

}  // namespace fairgate::store::sqlite

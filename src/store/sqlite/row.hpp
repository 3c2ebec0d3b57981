#pragma once

#include "model/json.hpp"
#include "store/errors.hpp"
#include "store/sqlite/database.hpp"

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>

#include <string>
#include <type_traits>
#include <utility>

/// Described structs as rows: one column for each member, under the member's name. The tables
/// themselves are written out in migrations.cpp, where they cannot change by accident.
namespace fairgate::store::sqlite {

/// Thrown between read_row() and its caller in this folder: a row holds what this program never
/// writes. It becomes FG-STO-011.
struct UnreadableCell {
    std::string what;
};

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_strong = false;
template <class N, class Tag>
inline constexpr bool is_strong<Strong<N, Tag>> = true;

/// What becomes several columns instead of one.
template <class T>
inline constexpr bool is_nested = std::is_same_v<T, AccountKey>;

template <class T>
const T& get(const Cell& cell) {
    if (const auto* held = std::get_if<T>(&cell)) {
        return *held;
    }
    throw UnreadableCell{"a cell is of another type"};
}

}  // namespace detail

template <class T>
Cell to_cell(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return value;
    } else if constexpr (std::is_floating_point_v<T>) {
        return double{value};
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<T, TimePoint>) {
        return static_cast<std::int64_t>(value.time_since_epoch().count());
    } else if constexpr (detail::is_optional<T>) {
        return value ? to_cell(*value) : Cell();
    } else if constexpr (detail::is_strong<T>) {  // no row has the id 0
        return value.value != 0 ? Cell(static_cast<std::int64_t>(value.value)) : Cell();
    } else if constexpr (std::is_enum_v<T>) {
        return std::string(boost::describe::enum_to_string(value, ""));
    } else if constexpr (std::is_same_v<T, NetworkScope>) {
        return to_text(value);
    } else {
        return json::write(value);
    }
}

template <class T>
T from_cell(const Cell& cell) {
    if constexpr (std::is_same_v<T, std::string>) {
        return detail::get<std::string>(cell);
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(detail::get<double>(cell));
    } else if constexpr (std::is_integral_v<T>) {
        const auto whole = detail::get<std::int64_t>(cell);
        if (!std::in_range<T>(whole)) {
            throw UnreadableCell{std::to_string(whole) + " is out of range"};
        }
        return static_cast<T>(whole);
    } else if constexpr (std::is_same_v<T, TimePoint>) {
        return TimePoint(Duration(detail::get<std::int64_t>(cell)));
    } else if constexpr (detail::is_optional<T>) {
        return std::holds_alternative<std::monostate>(cell)
                   ? T()
                   : T(from_cell<typename T::value_type>(cell));
    } else if constexpr (detail::is_strong<T>) {
        using Number = decltype(T::value);
        return T{from_cell<std::optional<Number>>(cell).value_or(0)};
    } else if constexpr (std::is_enum_v<T>) {
        T value{};
        const auto& name = detail::get<std::string>(cell);
        if (!boost::describe::enum_from_string(name.c_str(), value)) {
            throw UnreadableCell{"\"" + name + "\" is not known"};
        }
        return value;
    } else if constexpr (std::is_same_v<T, NetworkScope>) {
        const auto scope = parse_network_scope(detail::get<std::string>(cell));
        return scope ? *scope : throw UnreadableCell{"a network cannot be read"};
    } else {
        auto value = json::read<T>(detail::get<std::string>(cell), json::Unknown::ignore);
        return value ? *std::move(value) : throw UnreadableCell{to_line(value.error())};
    }
}

/// Calls `visit(name, member)` for each column.
template <class Row, class Visit>
void for_each_column(Row& row, const Visit& visit) {
    using Plain = std::remove_const_t<Row>;
    boost::mp11::mp_for_each<boost::describe::describe_members<Plain, boost::describe::mod_public>>(
        [&](auto member) {
            auto& value = row.*member.pointer;
            if constexpr (detail::is_nested<std::remove_cvref_t<decltype(value)>>) {
                for_each_column(value, visit);
            } else {
                visit(member.name, value);
            }
        }
    );
}

/// "\"id\", \"backend\", …"
template <class Row>
const std::string& column_names() {
    static const std::string names = [] {
        std::string text;
        Row row{};
        for_each_column(row, [&](const char* name, const auto&) {
            text += std::string(text.empty() ? "\"" : ", \"") + name + "\"";
        });
        return text;
    }();
    return names;
}

template <class Row>
Cells to_cells(const Row& row) {
    Cells cells;
    for_each_column(row, [&](const char*, const auto& value) { cells.push_back(to_cell(value)); });
    return cells;
}

/// From the columns of column_names(), in that order.
template <class Row>
Result<Row> read_row(const Cells& cells, const Database& database) {
    Row row{};
    std::size_t at = 0;
    std::string column;
    try {
        for_each_column(row, [&](const char* name, auto& value) {
            column = name;
            value = from_cell<std::remove_cvref_t<decltype(value)>>(cells.at(at));
            ++at;
        });
    } catch (const UnreadableCell& cell) {
        return Error{
            .code = std::string(errors::unreadable_row),
            .what = "a row of the database cannot be read (" + column + ")",
            .where = database.path().string(),
            .cause = cell.what,
            .next = "fairgate doctor --only store"
        };
    }
    return row;
}

}  // namespace fairgate::store::sqlite

#include "cli/table.hpp"

#include "cli/text.hpp"
#include "model/bytes.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace fairgate::cli {

namespace {

constexpr std::size_t gap = 2;

std::string number_text(const json::Value& value) {
    if (const auto* whole = value.if_int64()) {
        return std::to_string(*whole);
    }
    if (const auto* whole = value.if_uint64()) {
        return std::to_string(*whole);
    }
    if (const auto* number = value.if_double()) {
        std::array<char, 32> buffer{};
        std::snprintf(buffer.data(), buffer.size(), "%.1f", *number);
        return buffer.data();
    }
    return {};
}

std::string plain_text(const json::Value& value) {
    if (const auto* text = value.if_string()) {
        return printable(*text);
    }
    if (value.is_bool()) {
        return value.as_bool() ? "yes" : "no";
    }
    if (value.is_null()) {
        return "-";
    }
    const std::string number = number_text(value);
    return number.empty() ? printable(json::serialize(value)) : number;
}

std::string list_text(const json::Value& value, const Look& look) {
    const auto* list = value.if_array();
    if (list == nullptr) {
        return plain_text(value);
    }
    const std::size_t most =
        look.format == Format::table && look.truncate == Truncate::columns ? 3 : list->size();
    std::string text;
    for (std::size_t i = 0; i < std::min(most, list->size()); ++i) {
        text += (i > 0 ? ", " : "") + plain_text((*list)[i]);
    }
    if (list->size() > most) {
        text += " +" + std::to_string(list->size() - most);
    }
    return text.empty() ? "-" : text;
}

std::string seconds_text(const json::Value& value, const Look& look) {
    const auto* seconds = value.if_int64();
    return seconds == nullptr || !look.for_people() ? plain_text(value)
                                                    : for_people(std::chrono::seconds(*seconds));
}

std::string bytes_text(const json::Value& value, const Look& look) {
    if (!look.for_people() || !value.is_number()) {
        return plain_text(value);
    }
    return for_people(Bytes{static_cast<std::uint64_t>(std::max(value.to_number<double>(), 0.0))});
}

std::string byte_rate_text(const json::Value& value, const Look& look) {
    return bytes_text(value, look) + (look.for_people() && value.is_number() ? "/s" : "");
}

std::string milliseconds_text(const json::Value& value, const Look& look) {
    const auto* number = value.if_int64();
    if (number == nullptr || !look.for_people()) {
        return plain_text(value);
    }
    const std::chrono::milliseconds length(*number);
    return length < std::chrono::milliseconds(0) ? "-" + for_people(-length) : for_people(length);
}

bool is_right_aligned(Show show) {
    return show == Show::number || show == Show::rate || show == Show::milliseconds ||
           show == Show::bytes || show == Show::byte_rate;
}

/// What a terminal shows of painted text.
std::size_t visible_width(std::string_view text) {
    std::string bare;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            i = std::min(text.find('m', i), text.size());
        } else {
            bare += text[i];
        }
    }
    return display_width(bare);
}

struct Grid {
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> cells;
    std::vector<std::size_t> widths;

    std::size_t width() const {
        std::size_t sum = 0;
        for (const std::size_t one : widths) {
            sum += one + gap;
        }
        return sum < gap ? 0 : sum - gap;
    }

    void drop(std::size_t column) {
        const auto at = static_cast<std::ptrdiff_t>(column);
        columns.erase(columns.begin() + at);
        widths.erase(widths.begin() + at);
        for (auto& row : cells) {
            row.erase(row.begin() + at);
        }
    }
};

Grid grid_of(std::span<const Column> columns, const boost::json::array& rows, const Look& look) {
    Grid grid;
    grid.columns.assign(columns.begin(), columns.end());
    for (const Column& column : columns) {
        grid.widths.push_back(display_width(column.title));
    }
    for (const json::Value& row : rows) {
        auto& cells = grid.cells.emplace_back();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            cells.push_back(cell_text(value_at(row, columns[i].key), columns[i].show, look));
            grid.widths[i] = std::max(grid.widths[i], visible_width(cells.back()));
        }
    }
    return grid;
}

/// Leaves out what says nothing in any row, of the columns that need not be there.
void drop_empty(Grid& grid) {
    for (std::size_t i = grid.columns.size(); i-- > 0;) {
        const bool empty = std::ranges::all_of(grid.cells, [i](const auto& row) {
            return row[i].empty() || row[i] == "-";
        });
        if (empty && grid.columns[i].weight > 0) {
            grid.drop(i);
        }
    }
}

/// Leaves out the heaviest column until the rest fits, or none is left to leave out.
void narrow(Grid& grid, std::size_t columns) {
    while (grid.width() > columns) {
        const auto heaviest = std::ranges::max_element(grid.columns, {}, &Column::weight);
        if (heaviest == grid.columns.end() || heaviest->weight == 0) {
            return;
        }
        grid.drop(static_cast<std::size_t>(heaviest - grid.columns.begin()));
    }
}

std::string aligned_row(const Grid& grid, const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string blanks(
            grid.widths[i] - std::min(grid.widths[i], visible_width(cells[i])), ' '
        );
        line += i > 0 ? std::string(gap, ' ') : "";
        line += is_right_aligned(grid.columns[i].show) ? blanks + cells[i] : cells[i] + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

std::string aligned(Grid grid, const Look& look) {
    if (look.format == Format::table && look.truncate == Truncate::columns) {
        drop_empty(grid);
        narrow(grid, look.columns);
    }
    std::vector<std::string> titles;
    for (const Column& column : grid.columns) {
        titles.push_back(painted(column.title, Paint::bold, look.color));
    }
    std::string text = aligned_row(grid, titles);
    for (const auto& row : grid.cells) {
        text += aligned_row(grid, row);
    }
    return text;
}

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + "\"";
}

std::string separated(const Grid& grid, const Look& look) {
    const bool csv = look.format == Format::csv;
    std::string text;
    for (std::size_t i = 0; i < grid.columns.size(); ++i) {
        text += (i == 0 ? "" : csv ? "," : "\t") + std::string(grid.columns[i].key);
    }
    text += csv ? "\r\n" : "\n";
    for (const auto& row : grid.cells) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += (i == 0 ? "" : csv ? "," : "\t") + (csv ? csv_cell(row[i]) : row[i]);
        }
        text += csv ? "\r\n" : "\n";
    }
    return text;
}

}  // namespace

const json::Value& value_at(const json::Value& data, std::string_view path) {
    static const json::Value nothing;
    const json::Value* value = &data;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('.'), path.size());
        const auto* object = value->if_object();
        value = object == nullptr ? nullptr : object->if_contains(path.substr(0, end));
        if (value == nullptr) {
            return nothing;
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return *value;
}

std::string cell_text(const json::Value& value, Show show, const Look& look) {
    const bool empty_for_programs = value.is_null() && !look.for_people();
    if (empty_for_programs) {
        return "";
    }
    switch (show) {
        case Show::text: {
            const std::string text = prose(plain_text(value), look);
            return text.empty() && look.for_people() ? "-" : text;
        }
        case Show::milliseconds:
            return milliseconds_text(value, look);
        case Show::number:
        case Show::yes_no:
        case Show::rate:
            return plain_text(value);
        case Show::bytes:
            return bytes_text(value, look);
        case Show::byte_rate:
            return byte_rate_text(value, look);
        case Show::time:
            return value.is_string() ? time_text(value.as_string(), look) : plain_text(value);
        case Show::seconds:
            return seconds_text(value, look);
        case Show::list:
            return list_text(value, look);
        case Show::state:
            return value.is_string() ? state_text(value.as_string(), look) : plain_text(value);
    }
    return {};
}

std::string table_text(
    std::span<const Column> columns, const boost::json::array& rows, const Look& look
) {
    Grid grid = grid_of(columns, rows, look);
    return look.for_people() ? aligned(std::move(grid), look) : separated(grid, look);
}

std::string record_text(
    std::span<const Column> columns, const json::Value& record, const Look& look
) {
    std::size_t width = 0;
    for (const Column& column : columns) {
        width = std::max(width, display_width(column.title));
    }
    std::string text;
    for (const Column& column : columns) {
        const std::string value = cell_text(value_at(record, column.key), column.show, look);
        if (look.for_people()) {
            std::string title(column.title);
            std::ranges::transform(title, title.begin(), [](unsigned char c) {
                return static_cast<char>(std::tolower(c));
            });
            text += painted(padded(title, width), Paint::dim, look.color) + "  " + value + "\n";
        } else if (look.format == Format::csv) {
            text += std::string(column.key) + "," + csv_cell(value) + "\r\n";
        } else {
            text += std::string(column.key) + "\t" + value + "\n";
        }
    }
    return text;
}

std::string envelope(
    std::string_view schema, const json::Value& data, const json::Value& answer, const Look& look
) {
    const json::Value& warnings = value_at(answer, "warnings");
    const boost::json::object object{
        {"schema", schema},
        {"generated_at", to_rfc3339(std::chrono::floor<std::chrono::seconds>(look.now))},
        {"data", data},
        {"next_cursor", value_at(answer, "page.next_cursor")},
        {"warnings", warnings.is_array() ? warnings : json::Value(boost::json::array{})}
    };
    return json::serialize(object) + "\n";
}

std::string schema_name(std::string_view command_path) {
    std::string name = "fairgate." + std::string(command_path) + "/1";
    std::ranges::replace(name, ' ', '.');
    return name;
}

}  // namespace fairgate::cli

#pragma once

#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// What a change came to, in words.
struct Change {
    bool changed = false;  ///< false: it was so already, or this was a dry run
    std::string message;   ///< "limit of ali 2 -> 3"
    std::string undo;      ///< the command that takes it back; empty: nothing to take back
    std::optional<std::vector<std::string>> plan;  ///< of a dry run: what would be done
};
BOOST_DESCRIBE_STRUCT(Change, (), (changed, message, undo, plan))

/// A part of a list.
template <class Row>
struct Listed {
    std::vector<Row> rows;
    std::optional<std::string> next_cursor;  ///< none: this was the last part
    std::string summary;                     ///< one line about all of it; may be empty
    std::vector<std::string> warnings;
};

template <class Row>
Listed<Row> whole(std::vector<Row> rows) {
    Listed<Row> list;
    list.rows = std::move(rows);
    return list;
}

}  // namespace fairgate::control

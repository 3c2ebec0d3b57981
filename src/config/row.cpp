#include "config/row.hpp"

#include "config/table.hpp"

#include <unordered_map>

namespace fairgate::config {

const std::vector<Row>& rows() {
    static const std::vector<Row> all = [] {
        std::vector<Row> joined = policy_rows();
        const std::vector<Row> rest = daemon_rows();
        joined.insert(joined.end(), rest.begin(), rest.end());
        return joined;
    }();
    return all;
}

Settings defaults_with_elements() {
    Settings defaults;
    for (const ArrayRow& array : array_rows()) {
        array.open(defaults, "");
    }
    return defaults;
}

const Row* row_of(std::string_view path) {
    static const auto index = [] {
        std::unordered_map<std::string_view, const Row*> by_path;
        for (const Row& row : rows()) {
            by_path.emplace(row.path, &row);
        }
        return by_path;
    }();
    const auto found = index.find(path);
    return found == index.end() ? nullptr : found->second;
}

const ArrayRow* array_row_of(std::string_view path) {
    for (const ArrayRow& row : array_rows()) {
        if (row.path == path) {
            return &row;
        }
    }
    return nullptr;
}

}  // namespace fairgate::config

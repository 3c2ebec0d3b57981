#include "config/show.hpp"

#include <map>

namespace fairgate::config {

namespace {

using ByPath = std::map<std::string, const Given*, std::less<>>;

/// The last value of each path; a stronger layer came later.
ByPath last_given(const Loaded& loaded) {
    ByPath last;
    for (const Given& given : loaded.given) {
        last[given.path] = &given;
    }
    return last;
}

Effective shown(
    const std::string& path, const Given* given, const Settings& defaults, const Row& row
) {
    if (given != nullptr) {
        return {path, given->value, given->origin.text()};
    }
    const auto value = row.binding.get(defaults);
    const bool unset = !value || (row.binding.kind == Kind::secret);
    return {path, unset ? "" : to_toml(*value), "built-in"};
}

/// The paths of a row's elements that were set: "limits.accounts.ali", "source.local.path".
std::vector<std::string> elements(const Loaded& loaded, const Row& row) {
    std::vector<std::string> found;
    std::map<std::string, bool> seen;
    for (const Given& given : loaded.given) {
        if (given.row == &row && !seen[given.path]) {
            seen[given.path] = true;
            found.push_back(given.path);
        }
    }
    return found;
}

/// Every array element that was opened, as "source.local": the paths up to the last dot.
std::vector<std::string> instances(const Loaded& loaded, const ArrayRow& array) {
    std::vector<std::string> found;
    std::map<std::string, bool> seen;
    const std::string prefix = std::string(array.path) + ".";
    for (const Given& given : loaded.given) {
        if (!given.row->path.starts_with(prefix)) {
            continue;
        }
        const std::size_t key = given.row->path.size() - prefix.size();
        const std::string instance = given.path.substr(0, given.path.size() - key - 1);
        if (!seen[instance]) {
            seen[instance] = true;
            found.push_back(instance);
        }
    }
    return found;
}

}  // namespace

std::vector<Effective> effective(const Loaded& loaded) {
    const ByPath last = last_given(loaded);
    const Settings defaults = defaults_with_elements();
    std::vector<Effective> all;
    for (const Row& row : rows()) {
        if (row.path.ends_with(".*")) {
            for (const std::string& path : elements(loaded, row)) {
                all.push_back(shown(path, last.at(path), defaults, row));
            }
        } else if (row.path.find("[]") == std::string_view::npos) {
            const auto given = last.find(row.path);
            all.push_back(shown(
                std::string(row.path), given == last.end() ? nullptr : given->second, defaults, row
            ));
        }
    }
    for (const ArrayRow& array : array_rows()) {
        for (const std::string& instance : instances(loaded, array)) {
            for (const Row& row : rows()) {
                if (row.path.starts_with(std::string(array.path) + ".")) {
                    const std::string path =
                        instance + std::string(row.path.substr(array.path.size()));
                    const auto given = last.find(path);
                    all.push_back(
                        shown(path, given == last.end() ? nullptr : given->second, defaults, row)
                    );
                }
            }
        }
    }
    return all;
}

}  // namespace fairgate::config

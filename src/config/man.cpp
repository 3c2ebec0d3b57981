// fairgate.toml(5), from the table of settings.
#include "config/mdoc.hpp"
#include "config/row.hpp"
#include "config/schema.hpp"

namespace fairgate::config {

namespace {

std::string item(const Row& row, const Settings& defaults) {
    const std::string_view key = row.path.substr(row.path.rfind('.') + 1);
    std::string text = key == "*" ? ".It Ar name\n" : ".It Ic " + std::string(key) + "\n";
    text += mdoc::prose(row.help);
    const auto value = row.binding.get(defaults);
    if (row.need == Need::required) {
        return text + "It must be set.\n";
    }
    if (value && row.binding.kind != Kind::secret) {
        text += "Default: " + mdoc::escaped(to_toml(*value)) + ".\n";
    }
    if (!row.most.empty() && row.least != row.most) {
        text += "Range: " + std::string(row.least) + " to " + std::string(row.most) + ".\n";
    }
    return text;
}

std::string items(std::string_view table, const Settings& defaults) {
    std::string text;
    for (const Row& row : rows()) {
        if (row.path.substr(0, row.path.rfind('.')) == table) {
            text += item(row, defaults);
        }
    }
    return text.empty() ? text : ".Bl -tag -width Ds\n" + text + ".El\n";
}

std::string tables_below(std::string_view section, const Settings& defaults) {
    std::string text;
    const std::string prefix = std::string(section) + ".";
    for (const Row& row : rows()) {
        if (row.path.starts_with(prefix) && row.path.ends_with(".*")) {
            const std::string_view table = row.path.substr(0, row.path.size() - 2);
            text += ".Ss \"[" + std::string(table) + "]\"\n" + items(table, defaults);
        }
    }
    for (const ArrayRow& array : array_rows()) {
        if (array.path.starts_with(prefix)) {
            const std::string name(array.path.substr(0, array.path.size() - 2));
            text += ".Ss \"[[" + name + "]]\"\n" + mdoc::prose(array.help) +
                    items(array.path, defaults);
        }
    }
    return text;
}

}  // namespace

std::string man_page() {
    const Settings defaults = defaults_with_elements();
    std::string text =
        ".\\\" Made from the table of settings; do not edit.\n"
        ".Dd November 22, 2026\n.Dt FAIRGATE.TOML 5\n.Os\n.Sh NAME\n.Nm fairgate.toml\n"
        ".Nd configuration of fairgate\n.Sh DESCRIPTION\n"
        "The file is TOML.\nAfter\n.Pa /etc/fairgate/fairgate.toml\ncome\n.Pa conf.d/*.toml\n"
        "beside it in the order of their names, then\n.Pa secrets.toml ,\n"
        "the environment, and flags; what comes later wins.\n"
        "An unknown key, a wrong type or a value out of range is refused, all of them at once.\n"
        "An empty file is valid.\n";
    for (const SectionRow& section : section_rows()) {
        text += ".Ss \"[" + std::string(section.path) + "]\"\n" + mdoc::prose(section.help) +
                items(section.path, defaults) + tables_below(section.path, defaults);
    }
    for (const ArrayRow& array : array_rows()) {
        if (array.path.find('.') == std::string_view::npos) {
            const std::string name(array.path.substr(0, array.path.size() - 2));
            text += ".Ss \"[[" + name + "]]\"\n" + mdoc::prose(array.help) +
                    items(array.path, defaults);
        }
    }
    return text + ".Sh SEE ALSO\n.Xr fairgate 1 ,\n.Xr fairgate-config-check 1\n";
}

}  // namespace fairgate::config

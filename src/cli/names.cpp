#include "cli/names.hpp"

#include <algorithm>

namespace fairgate::cli {

logs::Names names_of(std::string_view word) {
    if (word == "raw") {
        return logs::Names::raw;
    }
    if (word == "marzban") {
        return logs::Names::marzban;
    }
    return word == "pasarguard" ? logs::Names::pasarguard : logs::Names::standard;
}

logs::Decoration decoration_of(std::string_view word) {
    if (word == "compose") {
        return logs::Decoration::compose;
    }
    if (word == "syslog") {
        return logs::Decoration::syslog;
    }
    return word == "debug" ? logs::Decoration::debug : logs::Decoration::none;
}

std::vector<std::string> comma_list(std::string_view text) {
    std::vector<std::string> list;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        if (end > 0) {
            list.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return list;
}

}  // namespace fairgate::cli

#include "errors/catalogue.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace fairgate::embedded {
extern const std::string_view errors_page;
}  // namespace fairgate::embedded

namespace fairgate::errors {

namespace {

constexpr std::string_view heading = "\n## FG-";
constexpr std::string_view exit_mark = "\nExit code ";

int exit_code_in(std::string_view page) {
    const std::size_t at = page.find(exit_mark);
    int code = 1;
    if (at != std::string_view::npos) {
        const char* start = page.data() + at + exit_mark.size();
        std::from_chars(start, page.data() + page.size(), code);
    }
    return code;
}

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) {
        return std::toupper(x) == std::toupper(y);
    });
}

}  // namespace

std::vector<Entry> parse(std::string_view page) {
    std::vector<Entry> entries;
    std::size_t at = page.find(heading);
    while (at != std::string_view::npos) {
        const std::size_t next = page.find("\n## ", at + 1);
        const std::string_view text =
            page.substr(at + 1, next == std::string_view::npos ? next : next - at);
        const std::string_view line = text.substr(3, text.find('\n') - 3);
        const std::size_t colon = std::min(line.find(": "), line.size());
        Entry entry;
        entry.code = line.substr(0, colon);
        entry.title = line.substr(std::min(colon + 2, line.size()));
        entry.page = text;
        entry.exit_code = exit_code_in(text);
        entries.push_back(entry);
        at = page.find(heading, at + 1);
    }
    return entries;
}

const std::vector<Entry>& catalogue() {
    static const std::vector<Entry> entries = parse(embedded::errors_page);
    return entries;
}

std::optional<Entry> find(std::string_view code) {
    const auto found = std::ranges::find_if(catalogue(), [&](const Entry& entry) {
        return same(entry.code, code);
    });
    return found == catalogue().end() ? std::nullopt : std::optional(*found);
}

}  // namespace fairgate::errors

#include "sources/file/tail_position.hpp"

#include "base/json.hpp"
#include "model/json.hpp"

#include <algorithm>

namespace fairgate::sources::file {

std::string to_text(const TailPosition& position) { return json::write(position); }

std::optional<TailPosition> parse_position(std::string_view text) {
    auto stored = json::read<TailPosition>(text, json::Unknown::ignore);
    if (!stored || stored->at == TimePoint{}) {
        return std::nullopt;
    }
    return *std::move(stored);
}

bool begins_as(const OpenFile& file, const Bookmark& mark) {
    auto head = file.head(static_cast<std::size_t>(std::min<std::uint64_t>(mark.head, head_limit)));
    return head && head->size() == mark.head && hash_of(*head) == mark.hash;
}

}  // namespace fairgate::sources::file

#include "sim/pasarguard/log_channel.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::sim::pasarguard {

LogChannel::ReaderId LogChannel::attach(
    std::function<void()> on_lines, std::function<bool()> is_there
) {
    const ReaderId id = ++last_reader_;
    readers_[id].on_lines = std::move(on_lines);
    readers_[id].is_there = std::move(is_there);
    distribute();
    return id;
}

LogChannel::ReaderId LogChannel::attach_thief() {
    const ReaderId id = ++last_reader_;
    readers_[id] = Reader{};
    distribute();
    return id;
}

std::size_t LogChannel::readers() const {
    std::size_t number = 0;
    for (const auto& [id, reader] : readers_) {
        number += !reader.is_there || reader.is_there() ? 1U : 0U;
    }
    return number;
}

std::uint64_t LogChannel::given_to(ReaderId reader) const {
    const auto found = readers_.find(reader);
    return found == readers_.end() ? 0 : found->second.given;
}

void LogChannel::detach(ReaderId reader) { readers_.erase(reader); }

void LogChannel::push(std::string line) {
    if (buffer_.size() >= node_buffer) {
        ++dropped_;
        return;
    }
    buffer_.push_back(std::move(line));
    distribute();
}

std::vector<std::string> LogChannel::take(ReaderId reader, std::size_t most) {
    const auto found = readers_.find(reader);
    if (found == readers_.end()) {
        return {};
    }
    auto& lines = found->second.lines;
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, lines.size()));
    std::vector<std::string> taken(
        std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.begin() + count)
    );
    lines.erase(lines.begin(), lines.begin() + count);
    distribute();
    return taken;
}

void LogChannel::finish() {
    finished_ = true;
    for (auto& [id, reader] : readers_) {
        if (reader.on_lines) {
            reader.on_lines();
        }
    }
}

void LogChannel::distribute() {
    std::vector<Reader*> open;
    for (auto& [id, reader] : readers_) {
        if (reader.lines.size() < reader_buffer && (!reader.is_there || reader.is_there())) {
            open.push_back(&reader);
        }
    }
    std::vector<Reader*> fed;
    while (!buffer_.empty() && !open.empty()) {
        const std::size_t lucky = random_() % open.size();
        Reader& reader = *open[lucky];
        ++reader.given;
        if (reader.on_lines) {
            reader.lines.push_back(std::move(buffer_.front()));
        }
        buffer_.pop_front();
        if (reader.on_lines && std::find(fed.begin(), fed.end(), &reader) == fed.end()) {
            fed.push_back(&reader);
        }
        if (reader.lines.size() >= reader_buffer) {
            open.erase(open.begin() + static_cast<std::ptrdiff_t>(lucky));
        }
    }
    for (const Reader* reader : fed) {
        reader->on_lines();
    }
}

}  // namespace fairgate::sim::pasarguard

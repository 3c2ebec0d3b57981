#include "replay/line_batch.hpp"

#include "logs/log_reader.hpp"
#include "replay/line_state.hpp"

#include <string_view>

namespace fairgate::replay {

namespace {

/// No line that is counted is shorter: time, source, "accepted", target and e-mail.
constexpr std::size_t least_line = 32;

void skip(LineBatch& batch, logs::Skip reason) {
    ++batch.skipped[static_cast<std::size_t>(reason)];
}
void leave_out(LineBatch& batch, LeftOut reason) {
    ++batch.left_out[static_cast<std::size_t>(reason)];
}

void note_foreign(
    LineParser::State& state, std::string_view line, logs::Skip why, LineBatch& batch
) {
    const bool listed = why == logs::Skip::other && batch.bad.size() < most_bad_lines;
    if (line.empty() || (!listed && batch.first_foreign)) {
        return;
    }
    const auto offset = state.offset + static_cast<std::uint64_t>(line.data() - state.block);
    const BadLine bad{offset, std::string(line.substr(0, 160)), why};
    if (!batch.first_foreign) {
        batch.first_foreign = bad;
    }
    if (listed) {
        batch.bad.push_back(bad);
    }
}

}  // namespace

std::string_view to_text(LeftOut reason) {
    switch (reason) {
        case LeftOut::weak:
            return "header-address";
        case LeftOut::unknown_account:
            return "unknown-account";
        case LeftOut::out_of_range:
            return "out-of-range";
        case LeftOut::time_jump:
            return "time-jump";
    }
    return "";
}

bool is_foreign(logs::Skip skip) {
    return skip == logs::Skip::other || skip == logs::Skip::error_log ||
           skip == logs::Skip::too_long;
}

void MarkRoom::make_room(std::size_t count) {
    if (size_ < count) {
        first_.reset(static_cast<tracker::Mark*>(
            tracker::allocate_pages(count * sizeof(tracker::Mark), tracker::Pages::small)
        ));
        size_ = count;
    }
}

void LineBatch::clear() {
    for (Shard& shard : shards) {
        shard.count = 0;
    }
    lines = 0;
    observations = 0;
    skipped.fill(0);
    left_out.fill(0);
    first_second = std::numeric_limits<std::int64_t>::max();
    last_second = std::numeric_limits<std::int64_t>::min();
    newest = std::numeric_limits<tracker::Slot>::min();
    bad.clear();
    first_foreign.reset();
    forgers.clear();
}

void LineBatch::reserve(std::size_t bytes) {
    for (Shard& shard : shards) {
        shard.marks.make_room(bytes / least_line + 1);
    }
}

LineParser::LineParser(LineSettings settings) : state_(std::make_unique<State>()) {
    state_->settings = std::move(settings);
}
LineParser::~LineParser() = default;

void take_plain_line(LineParser::State& state, std::string_view text, LineBatch& batch) {
    ++batch.lines;
    if (text.size() > logs::LogReader::line_limit) {
        skip(batch, logs::Skip::too_long);
        note_foreign(state, text, logs::Skip::too_long, batch);
        return;
    }
    const logs::AccessLine line = logs::read_access_line(text, state.settings.rules);
    const bool tainted = text.data() < state.taint_end;
    if (const auto from = logs::forged_from(text)) {
        batch.forgers.emplace_back(line.source.substr(0, 64));
        state.taint_end = std::max(state.taint_end, text.data() + *from + logs::taint_length);
    }
    if (tainted) {
        skip(batch, logs::Skip::tainted);
        return;
    }
    if (line.verdict == logs::Verdict::skip) {
        skip(batch, line.skip);
        if (is_foreign(line.skip)) {
            note_foreign(state, text, line.skip, batch);
        }
        return;
    }
    if (line.verdict == logs::Verdict::weak) {
        leave_out(batch, LeftOut::weak);
        return;
    }
    const std::string_view name = logs::account_name(line.email, state.settings.names);
    if (name.empty()) {
        leave_out(batch, LeftOut::unknown_account);
        return;
    }
    const std::int64_t second = line.time.second - state.settings.zone_offset;
    const tracker::Slot slot = tracker::slot_of_second(second);
    if (slot < state.settings.since || slot > state.settings.until) {
        leave_out(batch, LeftOut::out_of_range);
        return;
    }
    tracker::Mark mark = tracker::Mark::of(name, *line.address, slot);
    mark.second = tracker::second_of_slot(second);
    note_time(batch, second, slot);
    mark.seen = batch.newest;
    next_mark(batch, mark.tag) = mark;
    ++batch.observations;
}

void LineParser::parse(
    const char* begin,
    const char* end,
    std::size_t taint,
    std::uint64_t offset,
    LineBatch& batch,
    Speed speed
) {
    batch.reserve(static_cast<std::size_t>(end - begin));
    state_->block = begin;
    state_->offset = offset;
    state_->taint_end = begin + taint;
    const bool fast = speed == Speed::best && can_take_fast_lines();
    // The input's first line is read plainly: should none be a log's, it is the one to show.
    const char* hurry_from = offset == 0 ? begin + 1 : begin;
    for (const char* at = begin; at < end;) {
        if (fast && at >= hurry_from && at >= state_->taint_end) {
            at = take_fast_lines(*state_, at, end, batch);
            if (at == end) {
                break;
            }
        }
        const auto left = static_cast<std::size_t>(end - at);
        const auto* newline = static_cast<const char*>(std::memchr(at, '\n', left));
        const auto length = newline == nullptr ? left : static_cast<std::size_t>(newline - at);
        take_plain_line(*state_, std::string_view(at, length), batch);
        at += length + (newline == nullptr ? 0 : 1);
    }
}

}  // namespace fairgate::replay

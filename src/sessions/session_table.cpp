#include "sessions/session_table.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fairgate::sessions {

namespace {

using namespace std::chrono_literals;
using Meeting = InboundSights::Meeting;

/// Looks that a line waits for its socket. The first may have begun just before the connection.
constexpr int patience = 2;
/// A log is read a few seconds late at most; older lines are of before a restart.
constexpr Duration remember_ends = 15s;
/// Under a storm of short connections the oldest are forgotten first.
constexpr std::size_t most_ends = 50'000;
/// Lines beyond this are believed as if there were no sockets to be seen.
constexpr std::size_t most_waiting = 100'000;
/// As many as a machine needs that cannot see its sockets, to try again.
constexpr std::size_t most_waiting_blind = 1'000;
constexpr Duration slot = 10s;

std::int64_t slot_of(TimePoint time) { return time.time_since_epoch() / slot; }

}  // namespace

// ---- names -------------------------------------------------------------------------------------

std::uint32_t SessionTable::Names::take(std::string_view text) {
    if (const auto found = numbers_.find(text); found != numbers_.end()) {
        return again(found->second);
    }
    std::uint32_t number = 0;
    if (free_.empty()) {
        number = static_cast<std::uint32_t>(names_.size());
        names_.emplace_back();
    } else {
        number = free_.back();
        free_.pop_back();
    }
    names_[number] = {std::string(text), 1};
    numbers_.emplace(names_[number].text, number);
    return number;
}

std::uint32_t SessionTable::Names::again(std::uint32_t number) {
    ++names_[number].uses;
    return number;
}

void SessionTable::Names::give_back(std::uint32_t number) {
    if (--names_[number].uses == 0) {
        numbers_.erase(names_[number].text);
        free_.push_back(number);
    }
}

// ---- lines -------------------------------------------------------------------------------------

std::optional<Confirmation> SessionTable::answer_at_once(const Told& told) {
    const auto known = by_peer_.find(told.peer);
    if (known != by_peer_.end()) {
        const Entry& entry = sessions_.find(known->second)->second;
        if (names_.text(entry.account) == told.account) {
            sights_.note(told.inbound, Meeting::joined);
            return Confirmation::confirmed;
        }
    }
    if (has_just_ended(told.inbound, told.peer)) {
        sights_.note(told.inbound, Meeting::joined);
        return Confirmation::confirmed;
    }
    return std::nullopt;
}

bool SessionTable::has_just_ended(std::string_view inbound, const Endpoint& peer) {
    const auto found = ended_.find(peer);
    if (found == ended_.end() || !sights_.may_use(inbound, found->second.local_port)) {
        return false;
    }
    sights_.note_port(inbound, found->second.local_port);
    return true;
}

std::optional<Confirmation> SessionTable::tell(const Told& told, Ticket ticket) {
    if (told.peer.port == 0) {
        sights_.note(told.inbound, Meeting::header);
        return Confirmation::unknowable;
    }
    if (const auto at_once = answer_at_once(told)) {
        return at_once;
    }
    if (waiting_.size() >= (blind_ ? most_waiting_blind : most_waiting)) {
        return Confirmation::unknowable;
    }
    // Where not every connection is seen, nobody is to wait for an answer that says nothing; the
    // line still helps to find its session and to learn what is seen.
    const bool late = told.late || blind_;
    const bool wanted = sights_.sight(told.inbound) == Sight::direct && !late;
    waiting_.push_back(
        {.ticket = ticket,
         .account = names_.take(told.account),
         .inbound = names_.take(told.inbound),
         .peer = told.peer,
         .at = told.at,
         .wanted = wanted,
         .late = late}
    );
    ++wanted_[told.peer];
    if (wanted) {
        return std::nullopt;
    }
    return Confirmation::unknowable;
}

// ---- looks -------------------------------------------------------------------------------------

void SessionTable::begin_look(TimePoint now) {
    ++look_;
    look_at_ = now;
    blind_ = false;
    candidates_.clear();
}

void SessionTable::cannot_look(SessionListener& listener) {
    blind_ = true;
    for (const Waiting& line : waiting_) {
        if (line.wanted) {
            listener.settled(line.ticket, Confirmation::unknowable);
        }
        names_.give_back(line.account);
        names_.give_back(line.inbound);
    }
    waiting_.clear();
    wanted_.clear();
    while (!sessions_.empty()) {
        remove(sessions_.begin()->first, listener);
    }
}

void SessionTable::see(const LiveSocket& socket) {
    if (const auto known = sessions_.find(socket.cookie); known != sessions_.end()) {
        known->second.seen = look_;
        count(known->second, socket, look_at_);
    } else if (!wanted_.empty() && wanted_.contains(socket.flow.peer)) {
        candidates_.push_back(socket);
    }
}

void SessionTable::count(Entry& entry, const LiveSocket& socket, TimePoint now) {
    const std::uint64_t up = socket.received.count - std::min(entry.up, socket.received).count;
    const std::uint64_t down = socket.acked.count - std::min(entry.down, socket.acked).count;
    const double seconds = std::chrono::duration<double>(now - entry.counted).count();
    if (seconds > 0) {
        entry.up_rate = static_cast<float>(static_cast<double>(up) / seconds);
        entry.down_rate = static_cast<float>(static_cast<double>(down) / seconds);
        entry.counted = now;
    }
    if (up + down > 0) {
        entry.moved = now;
    }
    entry.up = std::max(entry.up, socket.received);
    entry.down = std::max(entry.down, socket.acked);
}

void SessionTable::end_look(SessionListener& listener) {
    std::ranges::sort(candidates_, {}, [](const LiveSocket& socket) { return socket.flow.peer; });
    std::erase_if(waiting_, [&](Waiting& line) { return settle(line, listener); });
    std::vector<std::uint64_t> gone;
    for (const auto& [cookie, entry] : sessions_) {
        if (entry.seen != look_) {
            gone.push_back(cookie);
        }
    }
    for (const std::uint64_t cookie : gone) {
        remove(cookie, listener);
    }
    tell_alive(listener);
    forget_ended();
}

/// True when the line need not wait any longer.
bool SessionTable::settle(Waiting& line, SessionListener& listener) {
    if (join_candidate(line, listener)) {
        return true;
    }
    const auto known = by_peer_.find(line.peer);
    if (known != by_peer_.end()) {
        Entry& entry = sessions_.find(known->second)->second;
        if (entry.seen == look_ && entry.account == line.account) {
            answer(line, Meeting::joined, listener);  // another line began it in this look
            return true;
        }
        // A connection is one account's in every protocol. It is another's all the same where
        // something in front carries several, and where somebody forges lines.
        if (entry.seen == look_ && look_at_ > line.at) {
            entry.shared = true;
            answer(line, Meeting::shared, listener);
            return true;
        }
    }
    if (has_just_ended(names_.text(line.inbound), line.peer)) {
        answer(line, Meeting::joined, listener);
        return true;
    }
    if (look_at_ > line.at && ++line.looks >= patience) {
        answer(line, Meeting::missing, listener);
        return true;
    }
    return false;
}

bool SessionTable::join_candidate(const Waiting& line, SessionListener& listener) {
    const std::string_view inbound = names_.text(line.inbound);
    const auto same_peer = std::ranges::equal_range(
        candidates_, line.peer, {}, [](const LiveSocket& socket) { return socket.flow.peer; }
    );
    for (const LiveSocket& socket : same_peer) {
        if (!sessions_.contains(socket.cookie) &&
            sights_.may_use(inbound, socket.flow.local.port)) {
            begin(socket, line);
            sights_.note_port(inbound, socket.flow.local.port);
            answer(line, Meeting::joined, listener);
            return true;
        }
    }
    return false;
}

SessionTable::Entry& SessionTable::begin(const LiveSocket& socket, const Waiting& line) {
    const Entry entry{
        .flow = socket.flow,
        .account = names_.again(line.account),
        .inbound = names_.again(line.inbound),
        .up = socket.received,
        .down = socket.acked,
        // What moved before a restart was told of then.
        .up_told = line.late ? socket.received : Bytes{},
        .down_told = line.late ? socket.acked : Bytes{},
        .since = line.at,
        .moved = look_at_,
        .counted = look_at_,
        .seen = look_
    };
    by_peer_[socket.flow.peer] = socket.cookie;
    return sessions_[socket.cookie] = entry;
}

void SessionTable::answer(
    const Waiting& line, InboundSights::Meeting meeting, SessionListener& listener
) {
    const std::string_view inbound = names_.text(line.inbound);
    if (line.wanted) {
        const bool sure = sights_.sight(inbound) == Sight::direct &&
                          (meeting == Meeting::shared || ends_missed_ < line.at - remember_ends);
        listener.settled(
            line.ticket,
            meeting == Meeting::joined ? Confirmation::confirmed
            : sure                     ? Confirmation::refuted
                                       : Confirmation::unknowable
        );
    }
    if (!line.late || meeting != Meeting::missing) {
        sights_.note(inbound, meeting);
    }
    if (const auto wanted = wanted_.find(line.peer); --wanted->second == 0) {
        wanted_.erase(wanted);
    }
    names_.give_back(line.account);
    names_.give_back(line.inbound);
}

void SessionTable::tell_alive(SessionListener& listener) {
    const std::int64_t now = slot_of(look_at_);
    for (auto& [cookie, entry] : sessions_) {
        if (entry.alive_in != now && !entry.shared && slot_of(entry.moved) == now) {
            entry.alive_in = now;
            listener.alive(session_of(cookie, entry));
            entry.up_told = entry.up;
            entry.down_told = entry.down;
        }
    }
}

void SessionTable::saw_end(const LiveSocket& socket, TimePoint now, SessionListener& listener) {
    if (const auto known = sessions_.find(socket.cookie); known != sessions_.end()) {
        count(known->second, socket, now);
        remove(socket.cookie, listener);
    } else {
        ended_[socket.flow.peer] = {socket.flow.local.port, now};
        ended_order_.push_back(socket.flow.peer);
        if (ended_order_.size() > most_ends) {
            ended_.erase(ended_order_.front());
            ended_order_.pop_front();
            ends_missed_ = now;
        }
    }
}

void SessionTable::remove(std::uint64_t cookie, SessionListener& listener) {
    const auto found = sessions_.find(cookie);
    const Entry entry = found->second;
    listener.ended(session_of(cookie, entry));
    sessions_.erase(found);
    if (const auto peer = by_peer_.find(entry.flow.peer);
        peer != by_peer_.end() && peer->second == cookie) {
        by_peer_.erase(peer);
    }
    names_.give_back(entry.account);
    names_.give_back(entry.inbound);
}

void SessionTable::forget_ended() {
    while (!ended_order_.empty()) {
        const auto oldest = ended_.find(ended_order_.front());
        if (oldest != ended_.end() && look_at_ - oldest->second.at <= remember_ends) {
            break;  // it, or a later end of the same peer's
        }
        if (oldest != ended_.end()) {
            ended_.erase(oldest);
        }
        ended_order_.pop_front();
    }
}

void SessionTable::clock_was_set(Duration by) {
    for (auto& [cookie, entry] : sessions_) {
        entry.since += by;
        entry.moved += by;
        entry.counted += by;
        entry.alive_in = 0;
    }
    for (Waiting& line : waiting_) {
        line.at += by;
    }
    for (auto& [peer, each] : ended_) {
        each.at += by;
    }
    look_at_ += by;
    ends_missed_ += by;
}

// ---- questions ---------------------------------------------------------------------------------

Session SessionTable::session_of(std::uint64_t cookie, const Entry& entry) const {
    return {
        .account = names_.text(entry.account),
        .inbound = names_.text(entry.inbound),
        .flow = entry.flow,
        .cookie = cookie,
        .since = entry.since,
        .moved = entry.moved,
        .up = entry.up,
        .down = entry.down,
        .up_news = Bytes{entry.up.count - entry.up_told.count},
        .down_news = Bytes{entry.down.count - entry.down_told.count},
        .up_rate = entry.up_rate,
        .down_rate = entry.down_rate,
        .shared = entry.shared
    };
}

void SessionTable::each(const std::function<void(const Session&)>& take) const {
    for (const auto& [cookie, entry] : sessions_) {
        take(session_of(cookie, entry));
    }
}

}  // namespace fairgate::sessions

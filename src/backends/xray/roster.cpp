#include "backends/xray/roster.hpp"

#include "backends/xray/accounts_file.hpp"
#include "backends/xray/errors.hpp"

#include <utility>

namespace fairgate::backends::xray {

namespace {

Directory::Member member_of(const std::string& tag, const UserBytes& user) {
    return {tag, user.email(), user.credential()};
}

}  // namespace

/// The way there and what answers, in the words of this backend.
Error Roster::told(const Error& error) const {
    if (error.code == "FG-GRPC-001") {
        return no_core(client_.place(), to_line(error));
    }
    const bool away = error.code.starts_with("FG-NET-00") || error.code == "FG-GRPC-002" ||
                      error.code == "FG-GRPC-003";
    return away ? api_away(client_.place(), error) : error;
}

Roster::Answer<void> Roster::judge_core() {
    if (unsure_ || !client_.abilities()) {
        const auto found = co_await client_.find_out();
        if (!found) {
            co_return told(found.error());
        }
        unsure_ = false;
    }
    const std::string fault = watch_.note_core(client_.abilities()->core);
    co_return fault.empty() ? Result<void>() : Result<void>(other_core(client_.place(), fault));
}

boost::asio::awaitable<Result<Process>> Roster::look() {
    if (const auto judged = co_await judge_core(); !judged) {
        co_return judged.error();
    }
    if (!client_.abilities()->stats) {
        co_return Process::same;
    }
    const auto uptime = co_await client_.uptime();
    if (!uptime) {
        // Another program or another core may have taken the port: it is looked at anew.
        unsure_ = true;
        co_return told(uptime.error());
    }
    const Process process = watch_.note_uptime(*uptime);
    if (process == Process::restarted) {
        since_counters_ = process;
        unsure_ = true;
        if (const auto judged = co_await judge_core(); !judged) {
            co_return judged.error();
        }
    }
    co_return process;
}

Roster::Answer<std::vector<std::string>> Roster::tags() {
    if (!client_.abilities()->list_inbounds) {
        co_return settings_.inbounds;
    }
    const auto inbounds = co_await client_.inbounds(CoreClient::Detail::tags);
    if (!inbounds) {
        co_return inbounds.error();
    }
    std::vector<std::string> all;
    for (const Inbound& inbound : *inbounds) {
        all.push_back(inbound.tag);
    }
    if (const std::string fault = watch_.note_inbounds(all); !fault.empty()) {
        co_return other_core(client_.place(), fault);
    }
    co_return all;
}

Roster::Answer<Roster::Members> Roster::members_in_core() {
    const auto all = co_await tags();
    if (!all) {
        co_return all.error();
    }
    if (all->empty()) {
        co_return no_inbounds(client_.place());
    }
    Members members;
    for (const std::string& tag : *all) {
        const auto users = co_await client_.users(tag);
        if (!users) {
            co_return users.error();
        }
        for (const UserBytes& user : users->value_or(std::vector<UserBytes>())) {
            members.push_back(member_of(tag, user));
        }
    }
    co_return members;
}

Result<Roster::Members> Roster::members_in_file() const {
    const auto file = AccountsFile::read(settings_.accounts_file, client_.abilities()->core);
    if (!file) {
        return file.error();
    }
    Members members;
    for (const AccountsFile::Entry& entry : file->entries()) {
        members.push_back(member_of(entry.tag, entry.user));
    }
    return members;
}

boost::asio::awaitable<Result<Roster::News>> Roster::read_accounts() {
    if (const auto judged = co_await judge_core(); !judged) {
        co_return judged.error();
    }
    Result<Members> members = Members();
    const bool asked = client_.abilities()->inbound_users;
    if (asked) {
        members = co_await members_in_core();
    } else if (!settings_.accounts_file.empty()) {
        members = members_in_file();
    }
    if (!members) {
        co_return told(members.error());
    }
    bool news = false;
    if (asked || !settings_.accounts_file.empty()) {
        news = directory_.set_members(*members);
    }
    if (client_.abilities()->stats) {
        const auto counted = co_await read_counters();
        if (!counted) {
            co_return counted.error();
        }
        news = news || *counted == News::some;
    }
    co_return news ? News::some : News::none;
}

boost::asio::awaitable<Result<Roster::News>> Roster::read_counters() {
    const auto read = co_await client_.counters("user>>>");
    if (!read) {
        // A core with StatsService and without "stats" counts nothing and says so.
        co_return read.error().code == "FG-GRPC-006" ? Result<News>(News::none)
                                                     : Result<News>(told(read.error()));
    }
    counters_.take(*read, std::exchange(since_counters_, Process::same));
    std::vector<std::string> names;
    for (const auto& [email, traffic] : counters_.totals()) {
        names.push_back(email);
    }
    co_return directory_.add_names(names) ? News::some : News::none;
}

}  // namespace fairgate::backends::xray

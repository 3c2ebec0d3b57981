#pragma once

#include "backends/xray/core_client.hpp"
#include "backends/xray/core_watch.hpp"
#include "backends/xray/counter_book.hpp"
#include "backends/xray/directory.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace fairgate::backends::xray {

struct RosterSettings {
    std::string accounts_file;
    std::vector<std::string> inbounds;
};

/// Keeps directory, counters and watch as the core says. Errors: FG-XRY-001 to 003 and 008; what
/// was known before stays known.
class Roster {
public:
    Roster(
        CoreClient& client,
        CoreWatch& watch,
        Directory& directory,
        CounterBook& counters,
        RosterSettings settings
    )
        : client_(client),
          watch_(watch),
          directory_(directory),
          counters_(counters),
          settings_(std::move(settings)) {}

    enum class News { none, some };
    /// Everybody, from wherever this core lets itself be asked: its inbounds (Xray 24.11.5 and
    /// newer), else its configuration file; and the names in its counters.
    boost::asio::awaitable<Result<News>> read_accounts();
    /// The uptime. A core that was restarted is found out anew: it may be of another release.
    boost::asio::awaitable<Result<Process>> look();
    /// Bytes; `restarted` until a reading has been taken after a restart.
    boost::asio::awaitable<Result<News>> read_counters();

private:
    template <class T>
    using Answer = boost::asio::awaitable<Result<T>>;
    using Members = std::vector<Directory::Member>;

    Answer<void> judge_core();
    Answer<std::vector<std::string>> tags();
    Answer<Members> members_in_core();
    Result<Members> members_in_file() const;
    Error told(const Error& error) const;

    CoreClient& client_;
    CoreWatch& watch_;
    Directory& directory_;
    CounterBook& counters_;
    RosterSettings settings_;
    bool unsure_ = true;  ///< what the core is may have changed
    Process since_counters_ = Process::same;
};

}  // namespace fairgate::backends::xray

#include "setup/log_trial.hpp"

#include "logs/log_reader.hpp"
#include "model/time.hpp"
#include "replay/replay.hpp"
#include "rules/rules.hpp"
#include "setup/detect.hpp"
#include "setup/errors.hpp"
#include "setup/panel_trial.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <set>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fairgate::setup {

namespace {

constexpr std::uint64_t looked_at = 256U << 10U;
// Half a million lines: an hour of a server with a hundred and forty new connections a second.
constexpr std::uint64_t counted_bytes = 32U << 20U;
constexpr std::chrono::minutes counted_time{60};

/// The whole lines at the end of a file.
std::string tail_of(const std::string& path, std::uint64_t most) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) {
        return {};
    }
    const auto size = static_cast<std::uint64_t>(file.tellg());
    const std::uint64_t from = size > most ? size - most : 0;
    file.seekg(static_cast<std::streamoff>(from));
    std::string text(size - from, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (from > 0) {
        text.erase(0, text.find('\n') + 1);
    }
    return text;
}

struct Contents {
    std::size_t lines = 0;
    std::size_t counted = 0;
    std::set<std::string, std::less<>> names;
    std::size_t without_name = 0;
    std::size_t masked = 0;
};

Contents read(const std::string& text, const config::Settings& settings) {
    Contents found;
    logs::LogReader reader(rules::line_rules(settings.counting));
    reader.feed(text, [&](const logs::ReadLine& line) {
        ++found.lines;
        found.without_name += line.line.skip == logs::Skip::no_email ? 1U : 0U;
        found.masked += line.line.skip == logs::Skip::masked ? 1U : 0U;
        if (line.line.verdict == logs::Verdict::count) {
            ++found.counted;
            found.names.emplace(line.line.email);
        }
    });
    return found;
}

Error why_nothing(const std::string& path, const Contents& found) {
    if (found.masked > 0) {
        return errors::unusable_log(
            path,
            "the core hides the addresses in it",
            "remove log.maskAddress from the core's configuration"
        );
    }
    if (found.without_name > 0) {
        return errors::unusable_log(
            path,
            "its lines name no account",
            "give each client an \"email\" in the core's configuration"
        );
    }
    return errors::unusable_log(
        path,
        "none of its last " + std::to_string(found.lines) + " lines is one of an access log",
        "see how a line is read: fairgate explain -f " + path
    );
}

Result<void> can_be_read(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        return errors::unusable_log(
            path,
            std::generic_category().message(errno),
            "set it in the core's configuration: \"log\": {\"access\": \"" + path + "\"}"
        );
    }
    if (!S_ISREG(status.st_mode)) {
        return errors::unusable_log(path, "it is no file", "name the access log itself");
    }
    if (::access(path.c_str(), R_OK) != 0) {
        return errors::unusable_log(
            path, std::generic_category().message(errno), "setfacl -m u:fairgate:r " + path
        );
    }
    return {};
}

/// Text as a file that has a path and no place on a disk.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view text)
        : descriptor_(::memfd_create("fairgate-setup", MFD_CLOEXEC)) {
        while (descriptor_ >= 0 && !text.empty()) {
            const ::ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written <= 0) {
                break;
            }
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    ~MemoryFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_;
};

/// The last hour of a text, by its own times; a line that comes late is kept with its neighbours.
std::string_view last_hour(std::string_view text) {
    logs::LogTime last;
    const std::size_t end = text.find_last_not_of('\n');
    const std::size_t start = end == std::string_view::npos ? 0 : text.rfind('\n', end) + 1;
    if (logs::read_log_time(text.substr(std::min(start, text.size())), last) == 0) {
        return text;
    }
    const std::int64_t since =
        last.second - std::chrono::duration_cast<std::chrono::seconds>(counted_time).count();
    for (std::size_t at = 0; at < text.size();) {
        logs::LogTime time;
        if (logs::read_log_time(text.substr(at), time) > 0 && time.second >= since) {
            return text.substr(at);
        }
        at = std::min(text.find('\n', at), text.size() - 1) + 1;
    }
    return text;
}

replay::ReplaySettings replay_settings(
    const std::string& path, const config::Settings& settings, const Networks& networks
) {
    replay::ReplaySettings replayed;
    replayed.inputs = {path};
    replayed.lines.rules = rules::line_rules(settings.counting);
    replayed.lines.names = rules::names(settings.counting.names);
    replayed.networks = networks;
    if (!replayed.networks) {
        replayed.networks = [] { return std::make_shared<const NoNetworkTable>(); };
    }
    replay::ReplayPolicy policy;
    policy.count = rules::count_rule(settings);
    policy.origins = rules::origin_rule(settings.counting);
    policy.violation = rules::violation_rule(config::LimitSettings());
    policy.limits.general = 1;  // whoever uses two devices shows up, with how many they are
    replayed.policies.push_back(std::move(policy));
    return replayed;
}

/// We may be root; the service is not, and sees no homes (packaging/fairgate.service.in).
std::string out_of_sight_of_the_service(const std::string& path) {
    for (const std::string_view home : {"/root/", "/home/", "/tmp/", "/var/tmp/"}) {
        if (path.starts_with(home)) {
            return "the service cannot see " + std::string(home) +
                   ": let the core write its log below /var/log";
        }
    }
    struct stat status{};
    constexpr ::gid_t adm = 4;  // the service is a member (Debian's base-passwd)
    const bool readable = ::stat(path.c_str(), &status) == 0 &&
                          ((status.st_mode & S_IROTH) != 0 ||
                           (status.st_gid == adm && (status.st_mode & S_IRGRP) != 0));
    return readable ? "" : "the service may not read it: setfacl -m u:fairgate:r " + path;
}

}  // namespace

Result<void> test_log(
    const std::string& path, const config::Settings& settings, TimePoint now, const Tell& tell
) {
    if (auto fine = can_be_read(path); !fine) {
        tell(failed_line("log", fine.error()));
        return fine.error();
    }
    const auto facts = Root("/").facts(path);
    const Contents found = read(tail_of(path, looked_at), settings);
    if (facts && facts->bytes == 0) {
        tell(
            {"log",
             Outcome::warning,
             path + " is empty: nobody has connected since it was made",
             {},
             "fairgate source list shows whether lines come"}
        );
        return {};
    }
    if (found.counted == 0) {
        Error error = why_nothing(path, found);
        tell(failed_line("log", error));
        return error;
    }
    tell(
        {"log",
         Outcome::good,
         path + ", " + (facts ? log_age(*facts, now) : "") + "; " +
             with_blanks(found.names.size()) +
             (found.names.size() == 1 ? " account" : " accounts") + " in its last " +
             with_blanks(found.lines) + " lines",
         {},
         {}}
    );
    if (const std::string why = out_of_sight_of_the_service(path); !why.empty()) {
        tell({"log", Outcome::warning, why, {}, {}});
    }
    return {};
}

std::size_t Usage::above(int limit) const {
    std::size_t count = 0;
    for (const auto& [devices, accounts_with] : with_devices) {
        count += devices > limit ? accounts_with : 0;
    }
    return count;
}

std::optional<Usage> usage_in(
    const std::string& path, const config::Settings& settings, const Networks& networks
) {
    const std::string text = tail_of(path, counted_bytes);
    const MemoryFile file(last_hour(text));
    const auto report = replay::replay(replay_settings(file.path(), settings, networks));
    if (!report || report->accounts == 0 || !report->from || !report->to) {
        return std::nullopt;
    }
    Usage usage;
    usage.accounts = report->accounts;
    usage.length = std::chrono::ceil<std::chrono::minutes>(*report->to - *report->from);
    std::map<std::string, int> most;
    for (const replay::ReplayViolation& violation : report->violations) {
        int& devices = most[violation.account];
        devices = std::max(devices, violation.devices);
    }
    for (const auto& [account, devices] : most) {
        ++usage.with_devices[devices];
    }
    return usage;
}

std::string in_words(const Usage& usage, int limit) {
    const std::size_t above = usage.above(limit);
    return std::to_string(limit) + (limit == 1 ? " device: " : " devices: ") + with_blanks(above) +
           " of " + with_blanks(usage.accounts) + " accounts seen in the last " +
           std::to_string(std::max<long>(usage.length.count(), 1)) + " min " +
           (above == 1 ? "is" : "are") + " above that";
}

}  // namespace fairgate::setup

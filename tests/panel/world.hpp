#pragma once

#include "backends/panel/probe_step.hpp"
#include "base/clock.hpp"
#include "base/run.hpp"
#include "enforcement/enforcer.hpp"
#include "sim/panel/faulty_server.hpp"
#include "sources/source.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// Any panel and our client of it, as the conformance tests see them: what follows from
/// sources::Source, enforcement::Enforcer and a directory of accounts, whatever the product.
namespace fairgate::conformance {

inline constexpr TimePoint start{std::chrono::seconds{1'785'960'000}};

/// A user, as far as all panels know one.
struct Person {
    std::string status = "active";
    bool has_next_plan = false;
    std::optional<std::int64_t> hold;  ///< seconds from the first traffic on
    std::optional<TimePoint> expire;
    std::optional<std::int64_t> data_limit;
    std::int64_t used = 0;
    /// Groups or inbounds: "main" and "extra" are ordinary, "slow" is the restricted one.
    std::set<std::string> places = {"main"};

    bool operator==(const Person&) const = default;
};

struct WorldSettings {
    std::string password = "correct-horse";
    std::chrono::milliseconds silence{3'600'000};
    std::size_t page = 10;
    int attempts = 3;  ///< of a call that may be repeated
};

/// Starts with the users "ali.phone", "bea", "cem" and one core "de-1". Nothing sleeps.
class World {
public:
    virtual ~World() = default;

    /// Runs one question to its end.
    template <class Start>
    auto ask(Start question) {
        return run(io, std::move(question));
    }

    virtual std::string area() const = 0;  ///< "PG"
    virtual sim::panel::FaultyServer& panel() = 0;
    virtual enforcement::Enforcer& enforcer() = 0;
    virtual void stop() = 0;
    virtual void start_again() = 0;
    virtual void end_tokens() = 0;

    // People, as the panel stores them.
    virtual Person person(const std::string& name) = 0;
    virtual void change(const std::string& name, const Person& person) = 0;
    virtual void add(const std::string& name) = 0;
    virtual void remove(const std::string& name) = 0;
    virtual std::size_t population() = 0;
    virtual void run_jobs(TimePoint now) = 0;
    /// By an administrator, in the panel.
    virtual void enable(const std::string& name) = 0;
    virtual void disable(const std::string& name) = 0;
    /// A reset of its usage, as of who has paid again.
    virtual void renew(const std::string& name) = 0;
    /// Nobody may be in it any more, and nobody is.
    virtual void delete_place(const std::string& place) = 0;

    // Orders of ours.
    virtual void fail_orders(sim::panel::FaultKind kind, int times) = 0;
    virtual std::size_t orders() = 0;
    virtual void lose_updates(int count) = 0;
    /// Whether the core lets the user in.
    virtual bool connects(const std::string& name, TimePoint now) = 0;
    enum class Inside { nothing, another };
    virtual void saw(const std::string& name, TimePoint time, Inside inside) = 0;

    // The directory.
    virtual Result<void> sync() = 0;
    virtual std::size_t known() = 0;
    virtual std::optional<std::string> account_of(const std::string& email) = 0;
    /// The e-mail that lines of this user carry now.
    virtual std::string email_of(const std::string& name) = 0;
    virtual std::optional<Error> read_user(const std::string& name) = 0;

    // The log of "de-1".
    virtual Result<std::vector<std::string>> refresh_streams() = 0;  ///< names of new ones
    virtual sources::Source& stream() = 0;
    virtual void write(const std::string& line) = 0;
    /// What makes open streams wait for ever.
    virtual void replace_core() = 0;
    virtual std::uint64_t times_opened() = 0;

    virtual std::vector<backends::panel::ProbeStep> probe() = 0;

    std::string code(const std::string& number) const { return "FG-" + area() + "-" + number; }

    boost::asio::io_context io;
    ManualClock clock{start};
};

/// A product in one of its releases.
struct Product {
    std::string name;  ///< "marzban_0_8"
    std::unique_ptr<World> (*make)(const WorldSettings& settings) = nullptr;
};

/// For the names of tests.
inline std::ostream& operator<<(std::ostream& out, const Product& product) {
    return out << product.name;
}

std::unique_ptr<World> make_pasarguard(const WorldSettings& settings);
std::unique_ptr<World> make_old_pasarguard(const WorldSettings& settings);
std::unique_ptr<World> make_marzban(const WorldSettings& settings);
std::unique_ptr<World> make_old_marzban(const WorldSettings& settings);

}  // namespace fairgate::conformance

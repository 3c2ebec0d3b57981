#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"
#include "demo/people.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace fairgate::demo {

/// What has happened, in the end.
struct Tally {
    std::set<std::string> sharers_found;
    std::set<std::string> honest_found;  ///< none, or something is wrong
    int blocks = 0;
    int given_back = 0;
};

/// Follows the daemon's events, as any client does, and tells those that make the story.
class Teller {
public:
    Teller(boost::asio::any_io_executor executor, const std::vector<Person>& everybody);

    /// Until the daemon ends, or this is cancelled.
    boost::asio::awaitable<void> follow(std::string socket, std::ostream& out);
    const Tally& tally() const { return tally_; }

private:
    void tell(const std::string& type, const json::Value& event, std::ostream& out);
    void tell_violation(const json::Value& event, std::ostream& out);
    void tell_measure(const json::Value& event, std::ostream& out);
    void line(
        const json::Value& event, std::string_view what, const std::string& words, std::ostream& out
    ) const;

    boost::asio::any_io_executor executor_;
    std::map<std::string, const Person*, std::less<>> people_;
    std::map<std::string, std::string> states_;  ///< of measures, as told last
    Tally tally_;
};

}  // namespace fairgate::demo

#pragma once

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::control {

/// One line of a source and how it was read.
struct TappedLine {
    std::string verdict;  ///< count, weak, skip
    std::string account;
    std::string address;
    std::string skip;  ///< the reason, of a skipped line
    std::string line;  ///< control bytes made visible
};
BOOST_DESCRIBE_STRUCT(TappedLine, (), (verdict, account, address, skip, line))

/// Lets operators look at lines as they are read. Costs the reader one comparison while nobody
/// looks. A listener that is slow loses lines, never the reader. One executor.
class LineTaps {
public:
    /// What one operator sees of one source, while it lives.
    class Tap {
    public:
        std::optional<TappedLine> take();
        std::uint64_t lost() const { return lost_; }

    private:
        friend class LineTaps;
        static constexpr std::size_t most = 256;
        std::string source_;
        std::deque<TappedLine> lines_;
        std::uint64_t lost_ = 0;
    };

    std::shared_ptr<Tap> open(std::string source);
    /// Whether anybody looks at this source; asked before a TappedLine is made.
    bool wanted(std::string_view source);
    void publish(std::string_view source, const TappedLine& line);

private:
    std::vector<std::weak_ptr<Tap>> taps_;
};

}  // namespace fairgate::control

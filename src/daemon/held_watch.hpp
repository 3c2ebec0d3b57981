#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::daemon {

/// Accounts under a block whose connections come nevertheless, or whom the panel lets in again:
/// what is to be looked at now and not in ten minutes. Each account once a minute, because the
/// lines of a block that has just been ordered trail in for a while. Bounded; time is an argument.
class HeldWatch {
public:
    void saw(std::string_view account, TimePoint now);
    /// At most twenty; the rest comes next time.
    std::vector<std::string> take();

    void clock_was_set(Duration by);

private:
    std::map<std::string, TimePoint, std::less<>> told_;  ///< until when it is not told again
    std::vector<std::string> waiting_;
};

}  // namespace fairgate::daemon

#pragma once

#include "cli/context.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace fairgate::cli {

/// Shows on a terminal that something is being waited for, from the third tenth of a second on, and
/// takes it away when it is destroyed. Elsewhere, and below a full screen, it does nothing.
class Spinner {
public:
    explicit Spinner(const Context& context);
    ~Spinner();
    Spinner(const Spinner&) = delete;
    Spinner& operator=(const Spinner&) = delete;

private:
    void turn(std::ostream& out, Symbols symbols);

    std::mutex lock_;
    std::condition_variable done_;
    bool is_done_ = false;
    std::thread thread_;
};

}  // namespace fairgate::cli

#pragma once

#include "kernel/network_namespace.hpp"

#include <future>
#include <optional>
#include <sched.h>
#include <thread>
#include <unistd.h>

namespace fairgate::kernel {

/// A network of its own, empty, for one test; it goes with the test.
class Lonely {
public:
    Lonely() {
        std::promise<pid_t> made;
        std::promise<void> opened;
        std::thread maker([&made, &opened] {
            made.set_value(unshare(CLONE_NEWNET) == 0 ? gettid() : 0);
            opened.get_future().wait();
        });
        // Opened from here: seen from inside, it would be the own one.
        if (const pid_t thread = made.get_future().get(); thread != 0) {
            if (auto place = NetworkNamespace::of_process(thread)) {
                place_ = *std::move(place);
            }
        }
        opened.set_value();
        maker.join();
        if (place_ && place_->id() == NetworkNamespace::own().id()) {
            place_.reset();  // never the machine's own
        }
    }

    /// None where this user may not make one.
    const std::optional<NetworkNamespace>& place() const { return place_; }

private:
    std::optional<NetworkNamespace> place_;
};

}  // namespace fairgate::kernel

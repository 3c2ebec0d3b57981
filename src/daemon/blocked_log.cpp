#include "daemon/blocked_log.hpp"

#include "enforcement/fail2ban/ban_lines.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace fairgate::daemon {

void BlockedLog::measure_changed(const enforcement::MeasureEvent& event) {
    const Measure& measure = event.measure;
    const bool blocks = measure.action == Action::block || measure.action == Action::revoke;
    if (parts_.file.empty() || !blocks) {
        return;
    }
    if (measure.state == MeasureState::pending) {
        beginning_.insert(measure.id);
    } else if (beginning_.erase(measure.id) != 0 && measure.state == MeasureState::active) {
        write(event);
    }
}

void BlockedLog::write(const enforcement::MeasureEvent& event) {
    const Measure& measure = event.measure;
    std::string line = enforcement::fail2ban::blocked_line(
        measure.account.backend, measure.account.name, measure.reason, event.time
    );
    auto append = [this, file = parts_.file, line = std::move(line)] {
        auto done = enforcement::fail2ban::append_line(file, line);
        boost::asio::post(parts_.executor, [this, done = std::move(done)] { written(done); });
    };
    boost::asio::post(parts_.worker, std::move(append));
}

void BlockedLog::written(const Result<>& done) {
    const bool failed_before = std::exchange(fails_, !done);
    if (!done && !failed_before) {
        parts_.failed(done.error());
    }
}

}  // namespace fairgate::daemon

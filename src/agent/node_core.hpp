#pragma once

#include "backends/xray/running_core.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "link/slot_book.hpp"
#include "sources/source.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace fairgate::agent {

/// The core of this node: whom it calls online goes into the book.
class NodeCore {
public:
    /// None where agent.toml names no backend. FG-AGT-013 for one that is no core, or a second.
    static Result<std::unique_ptr<NodeCore>> make(
        const boost::asio::any_io_executor& executor,
        const Clock& clock,
        const config::Settings& settings,
        link::SlotBook& book
    );

    /// Until it is cancelled. `changed`: it has other accounts than before.
    boost::asio::awaitable<void> run(std::function<void()> changed);

    /// Its list of who is online, as a source; nothing while it is not asked.
    std::optional<sources::SourceHealth> health(TimePoint now) const;
    backends::xray::RunningCore& core() { return *core_; }

private:
    NodeCore(
        boost::asio::any_io_executor executor,
        std::unique_ptr<backends::xray::RunningCore> core,
        link::SlotBook& book
    );

    boost::asio::any_io_executor executor_;
    std::unique_ptr<backends::xray::RunningCore> core_;
    link::SlotBook& book_;
};

}  // namespace fairgate::agent

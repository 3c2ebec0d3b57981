#include "agent/cut_only.hpp"

#include <chrono>

namespace fairgate::agent {

using namespace enforcement;

boost::asio::awaitable<Result<Reading>> CutOnly::read(const Measure&) {
    Reading nothing;
    nothing.now = "{}";
    nothing.after = "{}";
    co_return nothing;
}

boost::asio::awaitable<Result<Acted>> CutOnly::act(const Measure&) { co_return Acted(); }

boost::asio::awaitable<Result<Verification>> CutOnly::verify(const Measure&) {
    Verification seen;
    seen.look_again = clock_.now() + std::chrono::seconds(10);
    co_return seen;
}

boost::asio::awaitable<Result<Restored>> CutOnly::restore(const Measure&) { co_return Restored(); }

}  // namespace fairgate::agent

#include "cli/spinner.hpp"

#include "cli/screen.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace fairgate::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 300ms;
constexpr auto step = 100ms;
constexpr std::array<std::string_view, 4> fine = {"⠋", "⠙", "⠴", "⠦"};
constexpr std::array<std::string_view, 4> plain = {"|", "/", "-", "\\"};

}  // namespace

Spinner::Spinner(const Context& context) {
    // Only where this process itself writes to a terminal; tests write to strings.
    if (context.around.page && context.around.terminal.err && !Screen::is_shown()) {
        thread_ = std::thread([this, out = context.around.err, symbols = context.look.symbols] {
            turn(*out, symbols);
        });
    }
}

Spinner::~Spinner() {
    if (!thread_.joinable()) {
        return;
    }
    {
        const std::scoped_lock guard(lock_);
        is_done_ = true;
    }
    done_.notify_one();
    thread_.join();
}

void Spinner::turn(std::ostream& out, Symbols symbols) {
    std::unique_lock guard(lock_);
    if (done_.wait_for(guard, patience, [this] { return is_done_; })) {
        return;
    }
    const auto& signs = symbols == Symbols::ascii ? plain : fine;
    for (std::size_t i = 0; !is_done_; ++i) {
        out << "\r" << signs.at(i % signs.size()) << " asking the daemon" << std::flush;
        done_.wait_for(guard, step, [this] { return is_done_; });
    }
    out << "\r\x1b[K" << std::flush;
}

}  // namespace fairgate::cli

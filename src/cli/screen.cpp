#include "cli/screen.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace fairgate::cli {

namespace {

constexpr std::string_view second_screen = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view first_screen = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view from_the_top = "\x1b[H";
constexpr std::string_view clear_line_end = "\x1b[K";
constexpr std::string_view clear_below = "\x1b[J";

Key key_of(std::string_view bytes) {
    if (bytes.empty() || bytes[0] == '\x03' || bytes[0] == '\x04') {
        return {bytes.empty() ? Key::Kind::none : Key::Kind::interrupt};
    }
    if (bytes == "\x1b[A" || bytes == "\x1bOA") {
        return {Key::Kind::up};
    }
    if (bytes == "\x1b[B" || bytes == "\x1bOB") {
        return {Key::Kind::down};
    }
    switch (bytes[0]) {
        case '\x1b':
            return {Key::Kind::escape};
        case '\r':
        case '\n':
            return {Key::Kind::enter};
        case '\x7f':
        case '\b':
            return {Key::Kind::backspace};
        default:
            return {Key::Kind::letter, bytes[0]};
    }
}

}  // namespace

struct Screen::Saved {
    termios settings{};
    bool changed = false;
};

Screen::Screen(const Context& context) : context_(context), saved_(std::make_unique<Saved>()) {
    if (::tcgetattr(STDIN_FILENO, &saved_->settings) == 0) {
        termios raw = saved_->settings;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
        saved_->changed = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    }
    context_.out() << second_screen << std::flush;
}

Screen::~Screen() {
    context_.out() << first_screen << std::flush;
    if (saved_->changed) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_->settings);
    }
}

void Screen::draw(const std::string& text) {
    std::string out(from_the_top);
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size() && line + 1 < context_.around.terminal.rows; ++line) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out += text.substr(at, end - at) + std::string(clear_line_end) + "\r\n";
        at = end + 1;
    }
    context_.out() << out << clear_below << std::flush;
}

Key Screen::wait(std::chrono::milliseconds patience) {
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) {
        return {};
    }
    std::array<char, 16> buffer{};
    const ::ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count <= 0) {
        return {Key::Kind::interrupt};  // the terminal is gone
    }
    return key_of({buffer.data(), static_cast<std::size_t>(count)});
}

}  // namespace fairgate::cli

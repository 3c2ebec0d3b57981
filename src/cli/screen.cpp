#include "cli/screen.hpp"

#include "cli/text.hpp"

#include <csignal>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace fairgate::cli {

namespace {

constexpr std::string_view second_screen = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view first_screen = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view from_the_top = "\x1b[H";
constexpr std::string_view clear_line_end = "\x1b[K";
constexpr std::string_view clear_below = "\x1b[J";

// What a signal that ends the program has to put back.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a signal has no argument
termios before_screen{};
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): as above
volatile std::sig_atomic_t shown = 0;

void leave_and_end(int signal) {
    if (shown != 0) {
        shown = 0;
        (void)::write(STDOUT_FILENO, first_screen.data(), first_screen.size());
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before_screen);
    }
    ::signal(signal, SIG_DFL);
    ::raise(signal);
}

winsize size_now() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size : winsize{};
}

/// As much of a painted line as fits.
std::string cut_to(std::string_view line, std::size_t columns) {
    std::string out;
    std::size_t used = 0;
    while (!line.empty()) {
        if (line[0] == '\x1b') {
            const std::size_t end = std::min(line.find('m'), line.size() - 1) + 1;
            out += line.substr(0, end);
            line.remove_prefix(end);
            continue;
        }
        std::size_t length = 1;
        while (length < line.size() && (static_cast<unsigned char>(line[length]) & 0xC0U) == 0x80U
        ) {
            ++length;
        }
        const std::string_view letter = line.substr(0, length);
        used += display_width(letter);
        if (used > columns) {
            return out + "\x1b[0m";
        }
        out += letter;
        line.remove_prefix(length);
    }
    return out;
}

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
    if (bytes == "\x1b[5~" || bytes == "\x1b[6~") {
        return {bytes == "\x1b[5~" ? Key::Kind::page_up : Key::Kind::page_down};
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
        before_screen = saved_->settings;
    }
    shown = 1;
    for (const int signal : {SIGTERM, SIGHUP, SIGINT}) {
        ::signal(signal, &leave_and_end);
    }
    context_.out() << second_screen << std::flush;
}

Screen::~Screen() {
    shown = 0;
    context_.out() << first_screen << std::flush;
    if (saved_->changed) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_->settings);
    }
}

void Screen::draw(const std::string& text) {
    std::string out(from_the_top);
    const std::size_t height = rows();
    const std::size_t width = columns();
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size() && line + 1 < height; ++line) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out += cut_to(std::string_view(text).substr(at, end - at), width);
        out += std::string(clear_line_end) + "\r\n";
        at = end + 1;
    }
    context_.out() << out << clear_below << std::flush;
}

std::size_t Screen::columns() const {
    const winsize size = size_now();
    return size.ws_col > 0 ? size.ws_col : context_.around.terminal.columns;
}

std::size_t Screen::rows() const {
    const winsize size = size_now();
    return size.ws_row > 0 ? size.ws_row : context_.around.terminal.rows;
}

bool Screen::is_shown() { return shown != 0; }

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

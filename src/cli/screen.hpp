#pragma once

#include "cli/context.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace fairgate::cli {

/// A key that was pressed while a full screen is shown.
struct Key {
    enum class Kind {
        none,
        letter,
        up,
        down,
        page_up,
        page_down,
        enter,
        backspace,
        escape,
        interrupt
    };
    Kind kind = Kind::none;
    char letter = 0;
};

/// The terminal's second screen, with keys read one by one. The first screen and the terminal's
/// settings come back when it is destroyed. Needs a terminal for input and output.
class Screen {
public:
    explicit Screen(const Context& context);
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    /// Shows text from the top, cut to the terminal as it is now.
    void draw(const std::string& text);
    /// As it is now: people resize windows.
    std::size_t columns() const;
    std::size_t rows() const;
    /// Whether one is shown: nothing else may write to the terminal then.
    static bool is_shown();
    /// The next key, or none after `patience`.
    Key wait(std::chrono::milliseconds patience);

private:
    struct Saved;
    const Context& context_;
    std::unique_ptr<Saved> saved_;
};

}  // namespace fairgate::cli

#include "cli/progress.hpp"

#include "base/json.hpp"
#include "cli/text.hpp"
#include "model/bytes.hpp"

#include <algorithm>
#include <cmath>

namespace fairgate::cli {

namespace {

constexpr std::size_t cells = 10;
constexpr double first_bar_after = 0.3;  // what is done sooner needs no bar
constexpr double bar_pause = 0.1;
constexpr double line_pause = 10;
constexpr double json_pause = 1;

/// "812k", "1.2M"
std::string short_number(double number) {
    const auto whole = [](double value) { return std::to_string(std::llround(value)); };
    if (number < 10'000) {
        return whole(number);
    }
    if (number < 1e6) {
        return whole(number / 1e3) + "k";
    }
    return whole(number / 1e6) + "." + whole(std::fmod(std::floor(number / 1e5), 10)) + "M";
}

std::string clock_text(double seconds) {
    const long whole = std::lround(std::max(0.0, seconds));
    const std::string rest = std::to_string(whole % 60);
    return std::to_string(whole / 60) + ":" + (rest.size() < 2 ? "0" : "") + rest;
}

double share(const Step& step) {
    return step.total_bytes == 0
               ? 0
               : std::min(
                     1.0, static_cast<double>(step.bytes) / static_cast<double>(step.total_bytes)
                 );
}

}  // namespace

std::string bar_text(const std::string& name, const Step& step, Symbols symbols) {
    std::string text = name + "  ";
    const double done = share(step);
    if (step.total_bytes > 0) {
        const auto full = static_cast<std::size_t>(done * cells);
        for (std::size_t i = 0; i < cells; ++i) {
            text += i < full ? (symbols == Symbols::ascii ? "#" : "█")
                             : (symbols == Symbols::ascii ? "." : "░");
        }
        text += "  " + std::to_string(static_cast<int>(done * 100)) + "%  " +
                for_people(Bytes{step.bytes}) + "/" + for_people(Bytes{step.total_bytes});
    } else {
        text += for_people(Bytes{step.bytes});
    }
    if (step.seconds > 0) {
        text += "  " + short_number(static_cast<double>(step.lines) / step.seconds) + " lines/s";
    }
    if (done > 0 && done < 1) {
        text += "  eta " + clock_text(step.seconds / done - step.seconds);
    }
    return step.remark.empty() ? text : text + "  " + step.remark;
}

std::string progress_json(const std::string& name, const Step& step) {
    const boost::json::object object{
        {"progress", name},
        {"bytes", step.bytes},
        {"total_bytes", step.total_bytes == 0 ? json::Value() : json::Value(step.total_bytes)},
        {"lines", step.lines},
        {"seconds", step.seconds}
    };
    return json::serialize(object);
}

ProgressBar::ProgressBar(const Context& context, const Invocation& invocation, std::string name)
    : context_(context), name_(std::move(name)) {
    const std::string said = invocation.flag("progress").value_or("auto");
    way_ = said == "json"                ? Way::json
           : said == "none"              ? Way::none
           : context.around.terminal.err ? Way::bar
                                         : Way::lines;
    next_ = way_ == Way::bar ? first_bar_after : way_ == Way::lines ? line_pause : json_pause;
}

bool ProgressBar::is_due(double seconds) {
    if (way_ == Way::none || seconds < next_) {
        return false;
    }
    next_ = seconds + (way_ == Way::bar ? bar_pause : way_ == Way::lines ? line_pause : json_pause);
    return true;
}

void ProgressBar::show(const Step& step) {
    if (!is_due(step.seconds)) {
        return;
    }
    switch (way_) {
        case Way::bar:
            draw(step);
            drawn_ = true;
            break;
        case Way::lines:
            context_.err() << bar_text(name_, step, Symbols::ascii) << "\n" << std::flush;
            break;
        case Way::json:
            context_.err() << progress_json(name_, step) << "\n" << std::flush;
            break;
        case Way::none:
            break;
    }
}

/// A bar that is wider than the terminal would leave a line behind each time.
void ProgressBar::draw(const Step& step) {
    std::string text = bar_text(name_, step, context_.look.symbols);
    if (display_width(text) >= context_.around.terminal.columns) {
        Step shorter = step;
        shorter.remark.clear();
        text = bar_text(name_, shorter, context_.look.symbols);
    }
    if (display_width(text) < context_.around.terminal.columns) {
        context_.err() << "\r" << text << "\x1b[K" << std::flush;
    }
}

void ProgressBar::finish() {
    if (drawn_) {
        context_.err() << "\r\x1b[K" << std::flush;
    }
}

}  // namespace fairgate::cli

#include "cli/prompt.hpp"

#include "cli/failure.hpp"
#include "cli/text.hpp"

#include <charconv>
#include <csignal>
#include <optional>
#include <termios.h>
#include <unistd.h>

namespace fairgate::cli {

namespace {

using Form = setup::Question::Form;

// What a signal that ends the program has to put back.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a signal has no argument
termios before_secret{};
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): as above
volatile std::sig_atomic_t hidden = 0;

constexpr std::string_view good_bye = "\nStopped. Run fairgate setup again to go on.\n";

void show_again_and_end(int signal) {
    if (hidden != 0) {
        hidden = 0;
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before_secret);
    }
    if (signal == SIGINT) {
        (void)::write(STDERR_FILENO, good_bye.data(), good_bye.size());
    }
    ::signal(signal, SIG_DFL);
    ::raise(signal);
}

/// While it lives, what is typed is not shown. Where the input is no terminal it does nothing.
class Hidden {
public:
    Hidden() {
        if (::isatty(STDIN_FILENO) != 1 || ::tcgetattr(STDIN_FILENO, &before_secret) != 0) {
            return;
        }
        termios silent = before_secret;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        hidden = 1;
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &silent);
    }
    ~Hidden() {
        if (hidden != 0) {
            hidden = 0;
            ::tcsetattr(STDIN_FILENO, TCSANOW, &before_secret);
        }
    }
    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;
};

std::string trimmed(const std::string& text) {
    const std::size_t start = text.find_first_not_of(" \t\r");
    const std::size_t end = text.find_last_not_of(" \t\r");
    return start == std::string::npos ? "" : text.substr(start, end - start + 1);
}

std::string lower(std::string text) {
    for (char& c : text) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

}  // namespace

PromptTalk::PromptTalk(const Context& context) : context_(context) {
    if (::isatty(STDIN_FILENO) == 1) {
        for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) {
            ::signal(signal, &show_again_and_end);
        }
    }
}

Color PromptTalk::color() const {
    return context_.around.terminal.err ? context_.look.color : Color::off;
}

void PromptTalk::heading(const std::string& text) {
    context_.err() << "\n" << painted(text, Paint::bold, color()) << "\n" << std::flush;
}

void PromptTalk::say(const std::string& line) {
    context_.err() << "  " << printable(line) << "\n" << std::flush;
}

void PromptTalk::show(const setup::TestLine& line) {
    const std::string state = line.outcome == setup::Outcome::good      ? "ok"
                              : line.outcome == setup::Outcome::warning ? "warning"
                              : line.outcome == setup::Outcome::bad     ? "failed"
                                                                        : "disabled";
    Look look = context_.look;
    look.color = color();
    const std::string mark = line.outcome != setup::Outcome::skipped ? state_text(state, look)
                             : look.symbols == Symbols::ascii        ? "[unknown]"
                                                                     : "○ unknown";
    context_.err() << "  " << mark << "  " << line.name << ": " << printable(line.text);
    if (line.outcome == setup::Outcome::bad) {
        told_ = line.code;
        context_.err() << (told_.empty() ? "" : " (" + told_ + ")");
    }
    context_.err() << "\n";
    // What failed is explained by failed(), which knows more.
    if (line.outcome == setup::Outcome::warning && !line.next.empty()) {
        context_.err() << "      " << printable(line.next) << "\n";
    }
    context_.err() << std::flush;
}

void PromptTalk::failed(const Error& error) {
    if (error.code == told_ && !error.next.empty()) {
        // The line above has said what; what is left is the one thing to change.
        context_.err() << "  "
                       << (std::isupper(static_cast<unsigned char>(error.next[0])) != 0 ? ""
                                                                                        : "To do: ")
                       << printable(error.next) << "\n"
                       << std::flush;
    } else {
        context_.err() << error_text(error, color()) << std::flush;
    }
    told_.clear();
}

void PromptTalk::explain(const setup::Question& question) {
    context_.err() << wrapped(question.help, context_.around.terminal.columns, 2) << "\n  "
                   << "back: the question before. skip: leave this step out. Ctrl-D: stop here.\n"
                   << std::flush;
}

void PromptTalk::list_choices(const setup::Question& question) {
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        const setup::Choice& choice = question.choices[i];
        context_.err() << "  " << i + 1 << ") " << choice.value << ": " << choice.text << "\n";
    }
}

std::string PromptTalk::prompt_of(const setup::Question& question) const {
    const std::string& usual = question.usual;
    const std::string kind = question.form == Form::yes_no ? "? yes or no" : "";
    return painted(question.text, Paint::bold, color()) + kind +
           (usual.empty() ? "" : " [" + printable(usual) + "]") + ": ";
}

bool PromptTalk::read(const setup::Question& question, std::string& into) {
    // Hidden before it is asked for: some type ahead, or paste.
    std::optional<Hidden> hidden_input;
    if (question.form == Form::secret) {
        hidden_input.emplace();
    }
    context_.err() << prompt_of(question) << std::flush;
    return static_cast<bool>(std::getline(*context_.around.in, into));
}

bool PromptTalk::accept(const setup::Question& question, std::string& text) {
    if (question.form == Form::yes_no) {
        const std::string word = lower(text);
        if (word == "y" || word == "yes") {
            text = "yes";
        } else if (word == "n" || word == "no") {
            text = "no";
        } else {
            context_.err() << "  Please answer yes or no.\n";
            return false;
        }
    }
    if (question.form == Form::choice) {
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc{} && end == text.data() + text.size() && number >= 1 &&
            number <= question.choices.size()) {
            text = question.choices[number - 1].value;
        }
    }
    return true;
}

setup::Reply PromptTalk::ask(const setup::Question& question) {
    using Kind = setup::Reply::Kind;
    list_choices(question);
    while (true) {
        std::string text;
        if (!read(question, text)) {
            context_.err() << "\n" << std::flush;
            return {Kind::ended, {}};
        }
        if (question.form != Form::secret) {
            text = trimmed(text);
        }
        if (text == "?") {
            explain(question);
            continue;
        }
        if (text == "back" || text == "skip") {
            return {text == "back" ? Kind::back : Kind::skip, {}};
        }
        if (text.empty()) {
            text = question.usual;
        }
        if (text.empty()) {
            context_.err() << "  An answer is needed; ? explains, skip leaves the step out.\n";
            continue;
        }
        if (accept(question, text)) {
            return {Kind::answer, std::move(text)};
        }
    }
}

}  // namespace fairgate::cli

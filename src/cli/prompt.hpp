#pragma once

#include "cli/context.hpp"
#include "setup/talk.hpp"

#include <string>

namespace fairgate::cli {

/// Asks at the terminal, a line at a time: nothing moves, so it works over slow connections and is
/// read out well. The default stands in brackets; `?` explains, `back` goes to the question before,
/// `skip` leaves the step out, Ctrl-D ends it. Secrets are not echoed; the terminal is as it was
/// after any end, a signal's too. Everything goes to standard error.
class PromptTalk final : public setup::Talk {
public:
    explicit PromptTalk(const Context& context);

    setup::Reply ask(const setup::Question& question) override;
    void heading(const std::string& text) override;
    void say(const std::string& line) override;
    void show(const setup::TestLine& line) override;
    void failed(const Error& error) override;
    Side side() const override { return Side::person; }

private:
    void explain(const setup::Question& question);
    void list_choices(const setup::Question& question);
    std::string prompt_of(const setup::Question& question) const;
    /// False at the end of the input.
    bool read(const setup::Question& question, std::string& into);
    /// Whether it is an answer to the question; turns "2" and "y" into what they mean.
    bool accept(const setup::Question& question, std::string& text);
    Color color() const;

    const Context& context_;
    std::string told_;  ///< the code of the last line that failed
};

}  // namespace fairgate::cli

#pragma once

#include "base/error.hpp"
#include "config/load.hpp"
#include "setup/talk.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::setup {

/// Answers by key, as a file and the environment give them.
using GivenAnswers = std::map<std::string, std::string, std::less<>>;

/// Reads a file of answers (TOML: [panel] url = …) with FAIRGATE_SETUP_ variables over it. Secrets
/// come from `panel.password_file`, `panel.api_key_file` or the environment, never from the file
/// itself. FG-SET-013 names all that is wrong with it. `file` may be empty.
Result<GivenAnswers> read_answers(const std::string& file, const config::Environment& environment);
/// The same of a text; reads the files that it names.
Result<GivenAnswers> answers_in(std::string name, std::string_view text);

/// The other side of an unattended setup. The usual answer counts where none was given; a question
/// that comes again, because its answer did not pass, ends it.
class GivenTalk final : public Talk {
public:
    using Say = std::function<void(const std::string&)>;
    GivenTalk(GivenAnswers answers, Say say);

    Reply ask(const Question& question) override;
    void heading(const std::string& text) override;
    void say(const std::string& line) override;
    void show(const TestLine& line) override;
    void failed(const Error& error) override;
    Side side() const override { return Side::file; }

    /// Why it ended before its end.
    const std::optional<Error>& failure() const { return failure_; }

private:
    GivenAnswers answers_;
    std::map<std::string, int, std::less<>> asked_;
    Say say_;
    std::string heading_;
    std::optional<Error> failure_;
};

}  // namespace fairgate::setup

#pragma once

#include "base/error.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How the wizard speaks with whoever answers: a person at a terminal, or a file of answers.
namespace fairgate::setup {

struct Choice {
    std::string value;  ///< what is answered: "2"
    std::string text;   ///< what it means
};

/// One question. Its key is its name in a file of answers and in the environment.
struct Question {
    enum class Form : std::uint8_t { text, secret, yes_no, choice };

    std::string_view key;   ///< "panel.url"; see questions.hpp
    std::string text;       ///< without a question mark's blank or the default
    std::string usual;      ///< what an empty answer means; empty: it has to be answered
    std::string_view help;  ///< for `?`
    Form form = Form::text;
    std::vector<Choice> choices;
};

/// back: to the question before. skip: leave this step out. ended: nobody answers any more.
struct Reply {
    enum class Kind : std::uint8_t { answer, back, skip, ended };
    Kind kind = Kind::answer;
    std::string text;
};

enum class Outcome : std::uint8_t { good, warning, bad, skipped };
BOOST_DESCRIBE_ENUM(Outcome, good, warning, bad, skipped)

/// One line of a test of an answer.
struct TestLine {
    std::string name;  ///< dns, tcp, tls, login, version …
    Outcome outcome = Outcome::good;
    std::string text;
    std::string code;
    std::string next;
};
BOOST_DESCRIBE_STRUCT(TestLine, (), (name, outcome, text, code, next))

class Talk {
public:
    virtual ~Talk() = default;

    virtual Reply ask(const Question& question) = 0;
    virtual void heading(const std::string& text) = 0;
    virtual void say(const std::string& line) = 0;
    virtual void show(const TestLine& line) = 0;
    /// What was answered did not pass; whoever answers may try again.
    virtual void failed(const Error& error) = 0;
    /// Whether somebody looks at what is said. A file cannot look at a certificate, so it must name
    /// it.
    enum class Side : std::uint8_t { person, file };
    virtual Side side() const = 0;
};

}  // namespace fairgate::setup

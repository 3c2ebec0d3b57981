#include "setup/given_answers.hpp"

#include "config/document.hpp"
#include "config/file.hpp"
#include "setup/errors.hpp"
#include "setup/questions.hpp"

#include <algorithm>
#include <set>
#include <variant>

namespace fairgate::setup {

namespace {

/// What only a person is asked.
bool is_for_people(std::string_view key) { return key == "resume" || key == "save"; }

bool is_secret(std::string_view key) { return question_row(key).form == Question::Form::secret; }

bool is_key(std::string_view key) {
    return std::ranges::any_of(question_rows(), [&](const QuestionRow& row) {
        return row.key == key && !is_for_people(key);
    });
}

/// "panel.password_file" -> "panel.password"
std::optional<std::string> secret_named_by(std::string_view key) {
    constexpr std::string_view ending = "_file";
    if (!key.ends_with(ending)) {
        return std::nullopt;
    }
    const std::string name(key.substr(0, key.size() - ending.size()));
    return is_key(name) && is_secret(name) ? std::optional(name) : std::nullopt;
}

/// A value as a person would type it: lists with commas.
std::string typed(const config::Raw& raw) {
    if (const auto* text = std::get_if<std::string>(&raw.value)) {
        return *text;
    }
    if (const auto* flag = std::get_if<bool>(&raw.value)) {
        return *flag ? "yes" : "no";
    }
    if (const auto* list = std::get_if<config::RawList>(&raw.value)) {
        std::string all;
        for (const config::Raw& each : *list) {
            all += (all.empty() ? "" : ",") + typed(each);
        }
        return all.empty() ? "none" : all;
    }
    return config::to_toml(raw);
}

class Reader {
public:
    explicit Reader(std::string name) : name_(std::move(name)) {}

    void read(const config::RawTable& table, const std::string& prefix) {
        for (const config::RawMember& member : table) {
            const std::string key = prefix.empty() ? member.key : prefix + "." + member.key;
            if (const auto* below = std::get_if<config::RawTable>(&member.value.value)) {
                read(*below, key);
            } else {
                take(key, member);
            }
        }
    }

    Result<GivenAnswers> finish() {
        if (!complaints_.empty()) {
            return errors::bad_answers_file(name_, complaints_);
        }
        return std::move(answers_);
    }

    void complain(const std::string& text) {
        complaints_ += (complaints_.empty() ? "" : "\n") + text;
    }

private:
    void take(const std::string& key, const config::RawMember& member) {
        const std::string where = "line " + std::to_string(member.place.line) + ": ";
        if (const auto secret = secret_named_by(key)) {
            auto text = config::read_secret(typed(member.value));
            if (text) {
                answers_[*secret] = *std::move(text);
            } else {
                complain(where + to_line(text.error()));
            }
        } else if (!is_key(key)) {
            complain(where + "no question is called " + key);
        } else if (is_secret(key)) {
            complain(where + key + " is a secret: name a file that holds it, " + key + "_file");
        } else {
            answers_[key] = typed(member.value);
        }
    }

    std::string name_;
    GivenAnswers answers_;
    std::string complaints_;
};

}  // namespace

Result<GivenAnswers> answers_in(std::string name, std::string_view text) {
    const config::Document document = config::read_toml(name, text, config::Shown::keys_only);
    Reader reader(std::move(name));
    for (const Error& fault : document.faults) {
        reader.complain(to_line(fault));
    }
    reader.read(document.root, "");
    return reader.finish();
}

Result<GivenAnswers> read_answers(const std::string& file, const config::Environment& environment) {
    GivenAnswers answers;
    if (!file.empty()) {
        const auto text = config::read_whole(file);
        if (!text) {
            return errors::bad_answers_file(file, text.error().cause);
        }
        auto read = answers_in(file, *text);
        if (!read) {
            return read.error();
        }
        answers = *std::move(read);
    }
    for (const QuestionRow& row : question_rows()) {
        const auto variable = environment.find(variable_of(row.key));
        if (variable != environment.end() && !variable->second.empty() && !is_for_people(row.key)) {
            answers[std::string(row.key)] = variable->second;
        }
    }
    // Whoever gives a key needs no name, and the key is asked for only then.
    if (answers.contains("panel.api_key") && !answers.contains("panel.username")) {
        answers["panel.username"] = "key";
    }
    return answers;
}

GivenTalk::GivenTalk(GivenAnswers answers, Say say)
    : answers_(std::move(answers)), say_(std::move(say)) {}

Reply GivenTalk::ask(const Question& question) {
    if (is_for_people(question.key)) {
        return {Reply::Kind::answer, "yes"};
    }
    const auto given = answers_.find(question.key);
    if (++asked_[std::string(question.key)] > 1) {
        if (!failure_) {
            failure_ = errors::no_answer(question.key, "what was answered did not pass");
        }
        return {Reply::Kind::ended, {}};
    }
    if (given != answers_.end()) {
        return {Reply::Kind::answer, given->second};
    }
    if (question.usual.empty()) {
        failure_ = errors::no_answer(question.key, "it has no usual answer");
        return {Reply::Kind::ended, {}};
    }
    return {Reply::Kind::answer, question.usual};
}

void GivenTalk::heading(const std::string& text) { heading_ = text; }

/// A heading without anything below it is not worth a line in a log.
void GivenTalk::say(const std::string& line) {
    if (!heading_.empty()) {
        say_(heading_);
        heading_.clear();
    }
    say_("  " + line);
}

void GivenTalk::show(const TestLine& line) {
    const std::string mark = line.outcome == Outcome::good      ? "ok"
                             : line.outcome == Outcome::warning ? "warning"
                             : line.outcome == Outcome::bad     ? "failed"
                                                                : "skipped";
    say(line.name + ": " + mark + ": " + line.text);
}

void GivenTalk::failed(const Error& error) { failure_ = error; }

}  // namespace fairgate::setup

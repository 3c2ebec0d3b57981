#pragma once

#include "setup/talk.hpp"

#include <span>
#include <string>
#include <string_view>

namespace fairgate::setup {

/// What is known of a question before anybody asks it.
struct QuestionRow {
    std::string_view key;
    Question::Form form;
    std::string_view help;  ///< for `?`, and for docs/setup.md
};

/// All that can be answered, in the order of the steps.
std::span<const QuestionRow> question_rows();
const QuestionRow& question_row(std::string_view key);

/// The question of that key, with what stands in it now.
Question question(std::string_view key, std::string text, std::string usual);
Question question(
    std::string_view key, std::string text, std::string usual, std::vector<Choice> choices
);

/// "panel.url" -> "FAIRGATE_SETUP_PANEL_URL"
std::string variable_of(std::string_view key);

}  // namespace fairgate::setup

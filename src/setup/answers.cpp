#include "setup/answers.hpp"

#include "base/json.hpp"
#include "config/file.hpp"
#include "setup/files.hpp"

#include <filesystem>

namespace fairgate::setup {

namespace {

std::string beside(const std::string& configuration, const std::string& ending) {
    const std::filesystem::path file(configuration);
    return (file.parent_path() / ("." + file.filename().string() + ending)).string();
}

}  // namespace

bool Answers::any() const {
    for (const Standing standing :
         {panel.standing,
          core.standing,
          log.standing,
          limit.standing,
          protect.standing,
          firewall.standing}) {
        if (standing != Standing::open) {
            return true;
        }
    }
    return false;
}

std::string answers_path(const std::string& configuration) {
    return beside(configuration, ".setup");
}

std::string secret_path(const std::string& configuration) {
    return beside(configuration, ".setup-secret");
}

std::optional<Answers> kept_answers(const std::string& configuration) {
    const auto text =
        config::read_whole(answers_path(configuration), config::Readers::owner_and_group);
    const auto value = text ? json::parse(*text) : text.error();
    const auto answers = value ? json::from_json<Answers>(*value, json::Unknown::refuse)
                               : Result<Answers>(value.error());
    if (!answers || answers->form != Answers().form) {
        return std::nullopt;
    }
    return *answers;
}

Result<void> keep_answers(const std::string& configuration, const Answers& answers) {
    return write_file(
        answers_path(configuration),
        json::serialize(json::to_json(answers), json::Layout::indented) + "\n",
        Owner::alone
    );
}

void forget_answers(const std::string& configuration) {
    std::error_code error;
    std::filesystem::remove(answers_path(configuration), error);
    std::filesystem::remove(secret_path(configuration), error);
}

}  // namespace fairgate::setup

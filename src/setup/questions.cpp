#include "setup/questions.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>

namespace fairgate::setup {

namespace {

using Form = Question::Form;

constexpr std::array table = {
    QuestionRow{
        "resume",
        Form::yes_no,
        "An earlier run was left before its end. yes goes on with the first open question; no "
        "forgets those answers."
    },
    QuestionRow{
        "panel.url",
        Form::text,
        "The address you open the panel with, up to the port: https://panel.example.com:8443. "
        "Fairgate reads accounts and logs there, and disables accounts there once you enforce. "
        "\"none\" if there is no panel, \"keep\" for those in the configuration."
    },
    QuestionRow{
        "panel.certificate",
        Form::yes_no,
        "The panel's certificate is not one that this machine trusts: it is self-signed, over, or "
        "for another name. If it is yours, exactly this one is remembered by its fingerprint, and "
        "nothing is ever sent to a server that shows another. Compare on the panel's machine: "
        "openssl x509 -noout -fingerprint -sha256 -in CERTIFICATE. In a file of answers: the "
        "fingerprint itself."
    },
    QuestionRow{
        "panel.username",
        Form::text,
        "An administrator of the panel, best one made for Fairgate. With an API key (PasarGuard "
        "5.1 "
        "and later) answer \"key\"."
    },
    QuestionRow{
        "panel.password",
        Form::secret,
        "Its password. It goes into a file of its own that only root and the service can read; it "
        "is "
        "never shown."
    },
    QuestionRow{
        "panel.api_key",
        Form::secret,
        "An API key of the panel (Settings, API keys). It goes into a file of its own."
    },
    QuestionRow{
        "panel.without_logs",
        Form::yes_no,
        "Without the logs of its nodes nothing is counted from this panel; its accounts are known, "
        "and a log file on this machine can be counted instead."
    },
    QuestionRow{
        "core.api",
        Form::text,
        "Where the API of an Xray or V2Ray without a panel listens: the address and port of its "
        "api "
        "inbound, as 127.0.0.1:10085. \"none\" if there is no such core."
    },
    QuestionRow{
        "core.config",
        Form::text,
        "The core's own configuration (JSON). Only V2Ray and Xray before 24.11.5 need it: they "
        "cannot tell what an account is. \"none\" for others."
    },
    QuestionRow{
        "core.inbounds",
        Form::text,
        "Tags of the inbounds whose accounts are watched, with commas. Xray before 25.6.7 cannot "
        "list them itself."
    },
    QuestionRow{
        "log.path",
        Form::text,
        "The access log of an Xray or V2Ray on this machine: \"log\": {\"access\": \"…\"} in its "
        "configuration. \"none\" if the panel's log streams are enough."
    },
    QuestionRow{
        "limit.general",
        Form::text,
        "How many devices an account may use at once. A device is an estimate: addresses of one "
        "home, or of one phone that changes networks, count once. Single accounts, groups and "
        "patterns get their own later: fairgate limit set. \"none\" counts and limits nobody."
    },
    QuestionRow{
        "protect.addresses",
        Form::text,
        "Addresses or networks (203.0.113.0/24) that nothing is ever done against, besides those "
        "shown; with commas. Your office, your monitoring. \"none\": no more."
    },
    QuestionRow{
        "firewall.driver",
        Form::choice,
        "Who is only in a log cannot be disabled in a panel or a core: a firewall can refuse the "
        "addresses it is connected from instead. off only records. It needs one capability more "
        "(docs/installation.md), and nothing is refused before you enforce."
    },
    QuestionRow{
        "save",
        Form::yes_no,
        "Writes what is shown. Until here nothing of the configuration was changed. The file that "
        "is there is kept beside "
        "the new one."
    },
};

}  // namespace

std::span<const QuestionRow> question_rows() { return table; }

const QuestionRow& question_row(std::string_view key) {
    const auto* const found =
        std::ranges::find_if(table, [&](const QuestionRow& row) { return row.key == key; });
    assert(found != table.end());
    return *found;
}

Question question(std::string_view key, std::string text, std::string usual) {
    const QuestionRow& row = question_row(key);
    return {row.key, std::move(text), std::move(usual), row.help, row.form, {}};
}

Question question(
    std::string_view key, std::string text, std::string usual, std::vector<Choice> choices
) {
    Question asked = question(key, std::move(text), std::move(usual));
    asked.form = Form::choice;
    asked.choices = std::move(choices);
    return asked;
}

std::string variable_of(std::string_view key) {
    std::string name = "FAIRGATE_SETUP_";
    for (const char c : key) {
        name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return name;
}

}  // namespace fairgate::setup

#include "backends/pasarguard/errors.hpp"

#include <charconv>

namespace fairgate::backends::pasarguard {

namespace {

Error panel_error(std::string_view number, std::string what, std::string_view cause) {
    Error error;
    error.code = "FG-PG-" + std::string(number);
    error.what = std::move(what);
    error.cause = cause;
    return error;
}

/// 0 for a code that is no status.
int status_of(const Error& error) {
    constexpr std::string_view prefix = "FG-PG-";
    int status = 0;
    if (error.code.starts_with(prefix)) {
        const char* text = error.code.data() + prefix.size();
        std::from_chars(text, error.code.data() + error.code.size(), status);
    }
    return status >= 100 ? status : 0;
}

/// The statuses that the panel or a proxy before it are known to answer have a page of their own
/// in docs/errors.md; the rest is told by its kind.
int documented(int status) {
    for (const int known : {400, 401, 403, 404, 408, 409, 422, 500, 502, 503}) {
        if (status == known) {
            return status;
        }
    }
    return status == 405 ? 404 : status < 500 ? 400 : 500;
}

std::string what_of(int status) {
    switch (status) {
        case 401:
            return "the panel does not accept our login";
        case 403:
            return "the panel forbids this to our account";
        case 404:
            return "the panel does not know this";
        case 408:
            return "the panel waited too long for a node";
        case 422:
            return "the panel does not understand our request";
        case 503:
            return "the panel's database does not answer";
        default:
            return status >= 500 ? "the panel failed" : "the panel refused";
    }
}

std::string next_of(int status) {
    switch (status) {
        case 401:
            return "check the panel's name, password or API key, then: fairgate doctor";
        case 403:
            return "give the panel account this permission, then: fairgate doctor";
        case 422:
            return "this is a fault of ours or a panel newer than we know; report it";
        default:
            return status >= 500 ? "look at the panel's log" : "fairgate doctor";
    }
}

}  // namespace

Error refused(int status, std::string_view call, std::string_view cause) {
    if (status < 400) {
        return not_understood(call, "redirected, status " + std::to_string(status));
    }
    const int told = documented(status);
    const std::string prefix = told == status ? "" : std::to_string(status) + ": ";
    Error error = panel_error(std::to_string(told), what_of(status), prefix + std::string(cause));
    error.where = call;
    error.next = next_of(status);
    if (status < 500 && status != 408) {
        error.state = "nothing was changed";
    }
    return error;
}

Error login_refused(std::string_view cause) {
    Error error = panel_error("001", "the panel refuses our name or password", cause);
    error.state = "nothing is read from the panel and nothing enforced";
    error.next = "correct username and password in the configuration, then: fairgate doctor";
    return error;
}

Error environment_admin(std::string_view cause) {
    Error error = panel_error("002", "the panel's environment admin may not log in", cause);
    error.next = "make an administrator in the panel for Fairgate and configure that one";
    return error;
}

Error admin_disabled(std::string_view cause) {
    Error error = panel_error("003", "our account in the panel is disabled", cause);
    error.next = "enable the account in the panel, or configure another";
    return error;
}

Error fresh_token_refused(std::string_view cause) {
    Error error = panel_error("004", "the panel refuses the token it has just given", cause);
    error.next = "check the clock of the panel, and that one panel answers behind this address";
    return error;
}

Error api_key_refused(std::string_view cause) {
    Error error = panel_error("005", "the panel refuses our API key", cause);
    error.next = "make a new API key in the panel (5.1 and later) and configure it";
    return error;
}

Error no_credentials() {
    Error error = panel_error("006", "there is neither an API key nor a name and password", "");
    error.next = "set api_key, or username and password, for this panel";
    return error;
}

Error login_paused(const Error& because, std::chrono::seconds left) {
    Error error = because;
    error.retry_in = left;
    return error;
}

Error not_understood(std::string_view call, std::string_view why) {
    Error error = panel_error("010", "the answer is not one of a PasarGuard panel", why);
    error.where = call;
    error.next = "check the panel's address, and any proxy before it";
    return error;
}

Error unknown_version(std::string_view text) {
    Error error = panel_error("011", "the panel's version cannot be read", text);
    error.next = "check that this is a PasarGuard panel";
    return error;
}

Error version_too_old(std::string_view text) {
    Error error = panel_error("012", "the panel is older than 4.0", text);
    error.next = "upgrade the panel to 4.0 or later";
    return error;
}

Error key_needs_newer_panel(std::string_view text) {
    Error error = panel_error("013", "API keys need a panel of 5.1 or later", text);
    error.next = "configure username and password, or upgrade the panel";
    return error;
}

Error empty_selector(std::string_view call) {
    Error error = panel_error("020", "a bulk order without users was not sent", "");
    error.where = call;
    error.state = "nothing was sent: the panel would take it for everybody";
    error.next = "report this: it is a fault of the program";
    return error;
}

Error partial_list(std::size_t missing, std::size_t known) {
    Error error = panel_error(
        "021",
        "the panel's list lacks too many users to be believed",
        std::to_string(missing) + " of " + std::to_string(known) + " are missing"
    );
    error.state = "the users known before are kept";
    error.next = "if they were really deleted, restart fairgate: it takes the first list as it is";
    return error;
}

Error pages_move(std::string_view what) {
    Error error = panel_error("022", "the panel's list changed faster than it could be read", what);
    error.state = "the users known before are kept";
    return error;
}

Error bad_image(std::string_view which, const Error& why) {
    Error error = panel_error("023", "the stored state of a user cannot be read", to_line(why));
    error.where = which;
    error.state = "nothing was changed in the panel";
    error.next = "report this: it is a fault of the program";
    return error;
}

Error not_carried_out(std::string_view what, std::string_view now) {
    Error error =
        panel_error("024", "the panel accepted " + std::string(what) + " and has not done it", now);
    error.next = "look at the panel's log";
    return error;
}

Error not_supported(std::string_view action) {
    return panel_error("025", "PasarGuard cannot do this: " + std::string(action), "");
}

Error no_restricted_group(std::string_view group) {
    Error error = panel_error("026", "the restricted group is not in the panel", group);
    error.state = "nothing was changed in the panel";
    error.next = "make the group in the panel, or correct restricted_group in the configuration";
    return error;
}

Error nobody_visible(std::int64_t user) {
    Error error = panel_error(
        "027", "the panel shows us no users any more", "asked for user " + std::to_string(user)
    );
    error.state = "it is not taken for deleted";
    error.next = "check the rights of our account in the panel, then: fairgate doctor";
    return error;
}

Error stream_ended(std::string_view node, std::string_view why) {
    Error error = panel_error("030", "the node's log stream ended", why);
    error.where = node;
    error.next = "if it goes on: look at the node's state and log in the panel";
    return error;
}

Error stream_silent(std::string_view node, std::string_view why) {
    Error error = panel_error("031", "the node's log stream is silent", why);
    error.where = node;
    return error;
}

Error stream_error_text(std::string_view node, std::string_view text) {
    Error error = panel_error("032", "the panel cannot read the node's log", text);
    error.where = node;
    error.next = "look at the node's state in the panel";
    return error;
}

Error node_gone(std::string_view node) {
    Error error = panel_error("033", "the node is no longer in the panel, or disabled there", "");
    error.where = node;
    return error;
}

bool is_missing_user(const Error& error) {
    return status_of(error) == 404 && error.cause == "User not found";
}

bool is_missing_group(const Error& error) {
    return status_of(error) == 404 && error.cause == "Group not found";
}

bool is_missing_route(const Error& error) {
    return status_of(error) == 404 &&
           (error.cause == "Not Found" || error.cause.starts_with("405: "));
}

bool is_forbidden(const Error& error) { return status_of(error) == 403; }

bool is_passing(const Error& error) {
    const int status = status_of(error);
    if (status == 408 || status >= 500) {
        return true;
    }
    // 002 to 006: name, connection, time-out; 013, 016: broken off. The rest will not pass.
    for (const std::string_view code :
         {"FG-NET-002",
          "FG-NET-003",
          "FG-NET-004",
          "FG-NET-005",
          "FG-NET-006",
          "FG-NET-013",
          "FG-NET-016"}) {
        if (error.code == code) {
            return true;
        }
    }
    return false;
}

}  // namespace fairgate::backends::pasarguard

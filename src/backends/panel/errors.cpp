#include "backends/panel/errors.hpp"

#include <charconv>

namespace fairgate::backends::panel {

namespace {

/// The statuses that the panel or a proxy before it are known to answer have a page of their own
/// in docs/errors.md; the rest is told by its kind.
int documented(int status) {
    for (const int known : {400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503}) {
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
        case 429:
            return "the panel's proxy lets no more calls through for now";
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
        case 429:
            return "raise its limit of requests for this machine";
        case 422:
            return "this is a fault of ours or a panel newer than we know; report it";
        default:
            return status >= 500 ? "look at the panel's log" : "fairgate doctor";
    }
}

}  // namespace

Error product_error(
    const Product& product, std::string_view number, std::string what, std::string_view cause
) {
    Error error;
    error.code = "FG-" + std::string(product.area) + "-" + std::string(number);
    error.what = std::move(what);
    error.cause = cause;
    return error;
}

Error refused(const Product& product, int status, std::string_view call, std::string_view cause) {
    if (status < 400) {
        return not_understood(product, call, "redirected, status " + std::to_string(status));
    }
    const int told = documented(status);
    const std::string prefix = told == status ? "" : std::to_string(status) + ": ";
    Error error =
        product_error(product, std::to_string(told), what_of(status), prefix + std::string(cause));
    error.where = call;
    error.next = next_of(status);
    if (status < 500 && status != 408) {
        error.state = "nothing was changed";
    }
    return error;
}

Error login_refused(const Product& product, std::string_view cause) {
    Error error = product_error(product, "001", "the panel refuses our name or password", cause);
    error.state = "nothing is read from the panel and nothing enforced";
    error.next = "correct username and password in the configuration, then: fairgate doctor";
    return error;
}

Error fresh_token_refused(const Product& product, std::string_view cause) {
    Error error =
        product_error(product, "004", "the panel refuses the token it has just given", cause);
    error.next = "check the clock of the panel, and that one panel answers behind this address";
    return error;
}

Error api_key_refused(const Product& product, std::string_view cause) {
    Error error = product_error(product, "005", "the panel refuses our API key", cause);
    error.next = "make a new API key in the panel (5.1 and later) and configure it";
    return error;
}

Error no_credentials(const Product& product, std::string_view next) {
    Error error =
        product_error(product, "006", "there is neither an API key nor a name and password", "");
    error.next = next;
    return error;
}

Error login_paused(const Error& because, std::chrono::seconds left) {
    Error error = because;
    error.retry_in = left;
    return error;
}

Error not_understood(const Product& product, std::string_view call, std::string_view why) {
    Error error = product_error(
        product, "010", "the answer is not one of a " + std::string(product.name) + " panel", why
    );
    error.where = call;
    error.next = "check the panel's address, and any proxy before it";
    return error;
}

Error unknown_version(const Product& product, std::string_view text) {
    Error error = product_error(product, "011", "the panel's version cannot be read", text);
    error.next = "check that this is a " + std::string(product.name) + " panel";
    return error;
}

Error partial_list(const Product& product, std::size_t missing, std::size_t known) {
    Error error = product_error(
        product,
        "021",
        "the panel's list lacks too many users to be believed",
        std::to_string(missing) + " of " + std::to_string(known) + " are missing"
    );
    error.state = "the users known before are kept";
    error.next = "if they were really deleted, restart fairgate: it takes the first list as it is";
    return error;
}

Error pages_move(const Product& product, std::string_view what) {
    Error error = product_error(
        product, "022", "the panel's list changed faster than it could be read", what
    );
    error.state = "the users known before are kept";
    return error;
}

Error bad_image(const Product& product, std::string_view which, const Error& why) {
    Error error =
        product_error(product, "023", "the stored state of a user cannot be read", to_line(why));
    error.where = which;
    error.state = "nothing was changed in the panel";
    error.next = "report this: it is a fault of the program";
    return error;
}

Error not_carried_out(const Product& product, std::string_view what, std::string_view now) {
    Error error = product_error(
        product, "024", "the panel accepted " + std::string(what) + " and has not done it", now
    );
    error.next = "look at the panel's log";
    return error;
}

Error not_supported(const Product& product, std::string_view action) {
    return product_error(
        product, "025", std::string(product.name) + " cannot do this: " + std::string(action), ""
    );
}

Error stream_ended(const Product& product, std::string_view node, std::string_view why) {
    Error error = product_error(product, "030", "the node's log stream ended", why);
    error.where = node;
    error.next = "if it goes on: look at the node's state and log in the panel";
    return error;
}

Error stream_silent(const Product& product, std::string_view node, std::string_view why) {
    Error error = product_error(product, "031", "the node's log stream is silent", why);
    error.where = node;
    return error;
}

Error node_gone(const Product& product, std::string_view node) {
    Error error =
        product_error(product, "033", "the node is no longer in the panel, or disabled there", "");
    error.where = node;
    return error;
}

int status_of(const Error& error) {
    constexpr std::string_view prefix = "FG-";
    const std::size_t dash = error.code.find('-', prefix.size());
    if (!error.code.starts_with(prefix) || error.code.starts_with("FG-NET-") ||
        dash == std::string::npos) {
        return 0;
    }
    int status = 0;
    const char* text = error.code.data() + dash + 1;
    std::from_chars(text, error.code.data() + error.code.size(), status);
    return status >= 100 ? status : 0;
}

bool is_missing_user(const Error& error) {
    return status_of(error) == 404 && error.cause == "User not found";
}

bool is_missing_route(const Error& error) {
    return status_of(error) == 404 &&
           (error.cause == "Not Found" || error.cause.starts_with("405: "));
}

bool is_forbidden(const Error& error) { return status_of(error) == 403; }

bool is_passing(const Error& error) {
    const int status = status_of(error);
    if (status == 408 || status == 429 || status >= 500) {
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

}  // namespace fairgate::backends::panel

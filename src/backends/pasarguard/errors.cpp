#include "backends/pasarguard/errors.hpp"

namespace fairgate::backends::pasarguard {

namespace {

Error panel_error(std::string_view number, std::string what, std::string_view cause) {
    return panel::product_error(product, number, std::move(what), cause);
}

}  // namespace

Error refused_login(int status, std::string_view cause) {
    if (status == 400 && cause.find("env admin") != std::string_view::npos) {
        return environment_admin(cause);
    }
    if (status == 401) {
        return panel::login_refused(product, cause);
    }
    return status == 403 ? admin_disabled(cause)
                         : panel::refused(product, status, "POST /api/admin/token", cause);
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

Error stream_error_text(std::string_view node, std::string_view text) {
    Error error = panel_error("032", "the panel cannot read the node's log", text);
    error.where = node;
    error.next = "look at the node's state in the panel";
    return error;
}

bool is_missing_group(const Error& error) {
    return panel::status_of(error) == 404 && error.cause == "Group not found";
}

}  // namespace fairgate::backends::pasarguard

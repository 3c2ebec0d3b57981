#include "backends/marzban/errors.hpp"

namespace fairgate::backends::marzban {

namespace {

Error marzban_error(std::string_view number, std::string what, std::string_view cause) {
    return panel::product_error(product, number, std::move(what), cause);
}

}  // namespace

Error refused_login(int status, std::string_view cause) {
    return status == 401 ? panel::login_refused(product, cause)
                         : panel::refused(product, status, "POST /api/admin/token", cause);
}

Error version_too_old(std::string_view text) {
    Error error = marzban_error("012", "the panel is older than 0.6", text);
    error.next = "upgrade the panel to 0.6 or later";
    return error;
}

Error other_product(std::string_view told_by) {
    Error error = marzban_error("014", "this is not a Marzban panel", told_by);
    error.state = "nothing is read from the panel and nothing enforced";
    error.next = "correct type or url of this backend; PasarGuard is type = \"pasarguard\"";
    return error;
}

Error no_restricted_inbounds(std::string_view tags) {
    Error error = marzban_error("026", "none of the restricted inbounds is in the panel", tags);
    error.state = "nothing was changed in the panel";
    error.next = "make the inbound in the panel's core, or correct inbounds in the configuration";
    return error;
}

Error nobody_visible(std::string_view user) {
    Error error = marzban_error(
        "027", "the panel shows us no users any more", "asked for " + std::string(user)
    );
    error.state = "it is not taken for deleted";
    error.next = "check the rights of our account in the panel, then: fairgate doctor";
    return error;
}

Error too_many_changes(std::size_t waiting) {
    Error error = marzban_error(
        "028",
        "more changes wait for the panel than it can take in a minute",
        std::to_string(waiting) + " wait"
    );
    error.state = "this one was not sent; it comes again";
    return error;
}

Error not_sudo(std::string_view core) {
    Error error = marzban_error("034", "the panel shows logs to sudo administrators only", "");
    error.where = core;
    error.next = "make our account in the panel sudo, or configure one that is";
    return error;
}

Error node_away(std::string_view node, std::string_view status) {
    Error error = marzban_error("035", "the panel is not connected to the node", status);
    error.where = node;
    error.next = "look at the node in the panel";
    return error;
}

Error stream_refused(std::string_view core) {
    Error error = marzban_error(
        "036", "the panel refuses the log and does not say why", "status 403 without a body"
    );
    error.where = core;
    error.next = "look at the core's state in the panel, and at any proxy before it";
    return error;
}

Error few_connections(std::size_t streams, std::size_t left_out) {
    Error error = marzban_error(
        "037",
        "not all nodes are read: each log of this login holds a connection to the panel's database",
        std::to_string(left_out) + " of " + std::to_string(streams + left_out) + " are left out"
    );
    error.state = "those left out are not counted";
    error.next =
        "log in as the administrator of the panel's environment (SUDO_USERNAME), which "
        "holds none, or choose with nodes";
    return error;
}

Error user_of_others(std::string_view user, std::string_view cause) {
    Error error = marzban_error("038", "the user belongs to another administrator", cause);
    error.where = user;
    error.state = "nothing was changed";
    error.next = "make our account in the panel sudo";
    return error;
}

}  // namespace fairgate::backends::marzban

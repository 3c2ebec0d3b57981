#pragma once

#include "config/load.hpp"
#include "setup/root.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::setup {

/// An address that nothing may be done against, and why.
struct Protected {
    std::string address;  ///< an address or a network
    std::string why;      ///< "this SSH session"
};

/// Where the operator works from: SSH_CONNECTION and SSH_CLIENT (of this process, or of those it
/// was started by: sudo hides them), and who else is logged in (utmp).
std::vector<Protected> operators(const Root& root, const config::Environment& environment);

/// Adds it unless it is there, or no address or network that needs it (loopback).
void add_protected(std::vector<Protected>& all, std::string_view address, std::string why);

/// The first word of SSH_CONNECTION ("peer port address port", sshd(8)) and of SSH_CLIENT.
std::string peer_in(std::string_view variable);

}  // namespace fairgate::setup

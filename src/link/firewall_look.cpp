#include "link/firewall_look.hpp"

#include <algorithm>

namespace fairgate::link {

namespace {

std::string first_of(const FirewallLook& look, Found found) {
    const auto first = std::ranges::find(look.listed, found, &FoundRefusal::found);
    return first == look.listed.end() ? "" : to_text(first->denial);
}

}  // namespace

std::optional<Error> fault_of(
    const std::string& node, const FirewallLook& look, const std::optional<FirewallLook>& before
) {
    const bool lost_since = before && look.lost > before->lost;
    if (look.missing > 0 || lost_since) {
        const std::uint64_t gone =
            look.missing > 0 || !before ? look.missing : look.lost - before->lost;
        const std::string first = first_of(look, Found::missing);
        Error error;
        error.code = "FG-NOD-015";
        error.what = "the firewall of node " + node + " had lost " + std::to_string(gone) +
                     " of what it should refuse";
        error.cause = (first.empty() ? "" : first + ": ") + "another program there took it away";
        error.state = "the node puts it back by itself within a minute";
        error.next = "fairgate block check";
        return error;
    }
    if (look.strays > 0) {
        Error error;
        error.code = "FG-NOD-016";
        error.what = "the firewall of node " + node + " refuses " + std::to_string(look.strays) +
                     " that no measure wants";
        error.cause = first_of(look, Found::stray);
        error.state = "nobody's block rests on it";
        error.next = "fairgate block check; then remove it on that node";
        return error;
    }
    return std::nullopt;
}

}  // namespace fairgate::link

#include "demo/screen.hpp"

#include <algorithm>
#include <string_view>

namespace fairgate::demo {

namespace {

std::string pace(int speed) {
    if (speed == 1) {
        return "The first account is found after a minute and a bit (--speed 10 is faster).";
    }
    const int seconds = 60 / speed;
    const std::string minute =
        seconds >= 1 && 60 % speed == 0
            ? std::to_string(seconds) + (seconds == 1 ? " second" : " seconds")
            : std::to_string(60'000 / speed) + " ms";
    return "Time runs " + std::to_string(speed) + " times as fast: a minute of the story takes " +
           minute + ".";
}

std::string stories(const std::vector<Person>& everybody, bool honest) {
    std::string text;
    for (const Person& person : everybody) {
        if (person.words.empty() || person.is_honest() != honest) {
            continue;
        }
        std::string name = person.name;
        name.resize(std::max<std::size_t>(name.size(), 13), ' ');
        text += "    " + name + std::string(person.words) + "\n";
    }
    return text;
}

}  // namespace

std::string first_screen(const Scene& scene, const std::vector<Person>& everybody) {
    std::string text =
        "\n  Fairgate demo. A simulated PasarGuard panel with " + std::to_string(node_count) +
        " nodes and " + std::to_string(everybody.size()) +
        " accounts,\n  and the real daemon watching it. Nothing else is touched; all "
        "of it is in\n  " +
        scene.folder + " and goes when you press Ctrl-C.\n  " + pace(scene.speed) +
        "\n\n  These share their account; they are to be found, blocked in the panel "
        "and given\n  back:\n" +
        stories(everybody, false) +
        "  These do not, although much about them looks like it; nothing happens to "
        "them:\n" +
        stories(everybody, true) + "  and " + std::to_string(scene.crowd) +
        " honest others, alice1 to zoe" + std::to_string(scene.crowd / 24) + ".\n";
    if (!scene.has_networks) {
        text +=
            "  (There is no table of networks here, so carrier pools do not play: scripts/asn-table"
            ")\n";
    }
    text += "\n  In a second terminal, first this line:\n\n    export FAIRGATE_SERVER=unix:" +
            scene.folder + "/api.sock";
    if (!scene.path.empty()) {
        text += " PATH=\"" + scene.path + ":$PATH\"";
    }
    text +=
        "\n\n  and then, while the story goes on here:\n\n"
        "    fairgate status                    is all well? who was blocked last?\n"
        "    fairgate top                       accounts by devices in use; q ends it\n"
        "    fairgate why sold                  the evidence: networks, times, limit, log lines\n"
        "    fairgate why commuter              why that one was not blocked\n"
        "    fairgate decision list             what was decided, and until when\n"
        "    fairgate undo --last               take the last block back now\n"
        "    fairgate limit set twohomes 2      allow more, and see that it rests\n"
        "    fairgate mode set shadow           only watch from now on\n\n"
        "  The same over HTTP:\n\n    curl -H \"Authorization: Bearer $(cat " +
        scene.token_file + ")\" " + scene.api +
        "/api/v1/status\n\n  What happens, by the demo's clock (UTC):\n\n";
    return text;
}

std::string last_screen(const Tally& tally, const std::vector<Person>& everybody) {
    const auto sharers =
        std::ranges::count_if(everybody, [](const Person& person) { return !person.is_honest(); });
    return "\n  The demo is over and has left nothing behind. Found " +
           std::to_string(tally.sharers_found.size()) + " of " + std::to_string(sharers) +
           " that share and " + std::to_string(tally.honest_found.size()) +
           " of\n  the honest; blocked " + std::to_string(tally.blocks) + " times, given back " +
           std::to_string(tally.given_back) + " times.\n";
}

}  // namespace fairgate::demo

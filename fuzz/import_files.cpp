// Files of another tool: the first byte says whose and which, the rest is the file. Either there
// are faults, or what was read is a sound configuration with sound limits; nothing in between.
#include "config/load.hpp"
#include "importing/peer_files.hpp"
#include "importing/read.hpp"
#include "importing/render.hpp"
#include "importing/said.hpp"
#include "model/limit.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace fairgate;
using namespace fairgate::importing;

namespace {

struct Kind {
    Peer peer;
    std::string_view file;
    void (*read)(Draft&, const PeerFiles&);
};

constexpr std::array kinds = {
    Kind{Peer::pg_limiter, ".env", read_pg_limiter},
    Kind{Peer::pg_limiter, "pg_limiter.db", read_pg_limiter},
    Kind{Peer::pg_limiter, "config.json", read_pg_limiter},
    Kind{Peer::pg_limiter, "backup.json", read_pg_limiter},
    Kind{Peer::pg_limiter, ".disable_users.json", read_pg_limiter},
    Kind{Peer::pg_limiter, ".user_groups_backup.json", read_pg_limiter},
    Kind{Peer::pg_limiter, ".violation_history.json", read_pg_limiter},
    Kind{Peer::v2iplimit, "config.json", read_v2iplimit},
    Kind{Peer::marzban_sentry, ".env", read_marzban_sentry},
    Kind{Peer::marzban_sentry, "users.json", read_marzban_sentry},
    Kind{Peer::marzban_sentry, "storage.json", read_marzban_sentry},
    Kind{Peer::luip, ".env", read_luip},
    Kind{Peer::luip, "users.csv", read_luip},
    Kind{Peer::luip, "users.json", read_luip},
    Kind{Peer::luip, "blocked_ips.csv", read_luip},
};

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void require_sound(const Plan& plan) {
    for (const LimitSetting& limit : plan.limits) {
        require(limit.devices == unlimited || (limit.devices >= 1 && limit.devices <= 10000));
        require(trouble_with_name(limit.match).empty());
    }
    for (const Punishment& punishment : plan.punishments) {
        require(trouble_with_name(punishment.account).empty());
    }
    const std::string toml = to_toml(plan, "/etc/fairgate", Extent::accounts_too);
    const config::Loaded loaded = config::load_text("imported.toml", toml);
    for (const Error& fault : loaded.faults) {
        require(fault.code == "FG-CFG-001" || fault.code == "FG-CFG-009");  // a secret not written
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const Kind& kind = kinds[data[0] % kinds.size()];
    PeerFiles files;
    files.files.push_back(
        {std::string(kind.file),
         std::string(kind.file),
         std::string(reinterpret_cast<const char*>(data) + 1, size - 1)}
    );
    Around around;
    around.now = TimePoint(std::chrono::seconds(1'772'366'400));
    Draft draft(kind.peer, around);
    kind.read(draft, files);
    const Plan plan = draft.finish();
    for (const Error& fault : plan.faults) {
        require(fault.code.starts_with("FG-IMP-") && !fault.what.empty() && !fault.state.empty());
    }
    if (plan.faults.empty()) {
        require_sound(plan);
    }
    return 0;
}

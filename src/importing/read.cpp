#include "importing/read.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fairgate::importing {

Plan read_plan(Peer peer, const std::vector<std::string>& paths, Around around) {
    around.now = std::chrono::floor<std::chrono::seconds>(around.now);  // as these tools count
    Draft draft(peer, std::move(around));
    PeerFiles files = gather(peer, paths);
    for (Error& fault : files.faults) {
        draft.fault(std::move(fault));
    }
    for (const LeftOut& left : files.left_out) {
        draft.leave_out({left.where, json::Value("")}, left.because, left.why);
    }
    switch (peer) {
        case Peer::pg_limiter:
            read_pg_limiter(draft, files);
            break;
        case Peer::v2iplimit:
            read_v2iplimit(draft, files);
            break;
        case Peer::marzban_sentry:
            read_marzban_sentry(draft, files);
            break;
        case Peer::luip:
            read_luip(draft, files);
            break;
    }
    for (const PeerFile& file : files.files) {
        const auto& known = known_files(peer);
        if (std::ranges::find(known, file.name) == known.end() && !is_database(file.name)) {
            draft.unknown(Said{file.shown, json::Value("")});
        }
    }
    return draft.finish();
}

}  // namespace fairgate::importing

#include "backends/xray/core_watch.hpp"

#include <algorithm>

namespace fairgate::backends::xray {

Process CoreWatch::note_uptime(std::chrono::seconds uptime) {
    const bool back = uptime_ && uptime < *uptime_;
    uptime_ = uptime;
    restarts_ += back ? 1 : 0;
    return back ? Process::restarted : Process::same;
}

std::string CoreWatch::note_core(Core core) {
    if (core_ && *core_ != core) {
        return core == Core::xray ? "it was V2Ray and is Xray" : "it was Xray and is V2Ray";
    }
    core_ = core;
    return {};
}

std::string CoreWatch::note_inbounds(const std::vector<std::string>& tags) {
    std::string fault = judge_inbounds(tags);
    if (fault.empty() && !tags.empty()) {
        known_ = tags;
    }
    return fault;
}

std::string CoreWatch::judge_inbounds(const std::vector<std::string>& tags) const {
    const auto is_there = [&tags](const std::string& tag) {
        return std::ranges::find(tags, tag) != tags.end();
    };
    for (const std::string& tag : expected_) {
        if (!is_there(tag)) {
            return "it has no inbound \"" + tag + "\"";
        }
    }
    if (!known_.empty() && std::ranges::none_of(known_, is_there)) {
        return "none of the inbounds that were there (\"" + known_.front() +
               "\", ...) is there now";
    }
    return {};
}

}  // namespace fairgate::backends::xray

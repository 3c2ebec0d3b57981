// Whatever an agent sends, the hub reads it or refuses it whole, and what it takes is bounded.
#include "link/frame_reader.hpp"
#include "link/slot_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace fairgate;

namespace {

constexpr std::size_t limit = 4096;

void look_at(const Observation& seen) {
    if (seen.account.empty() || seen.account.size() > 256 || seen.inbound.size() > 64 ||
        seen.address.is_loopback()) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece = 1U + data[0];
    const TimePoint now = TimePoint(std::chrono::seconds(1'790'000'000));
    link::FrameReader frames(limit);
    link::SlotReader reader("node", link::SlotReader::Begins::anew);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        frames.feed(bytes.substr(at, piece));
        while (const auto message = frames.next()) {
            link::wire::Frame frame;
            if (message->size() > limit || !frame.ParseFromString(*message)) {
                continue;
            }
            const std::uint64_t before = reader.have();
            if (!reader.take(frame.report(), now, {}, &look_at) && reader.have() != before) {
                std::abort();
            }
        }
    }
    return 0;
}

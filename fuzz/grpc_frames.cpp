// Whatever a server sends, one answer comes of it, the same however its bytes are cut; and what was
// framed is read back.
#include "grpc/message_reader.hpp"
#include "grpc/session.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace fairgate::grpc;

namespace {

constexpr std::size_t limit = 512;

std::string read_message(std::string_view bytes, std::size_t piece) {
    MessageReader reader(limit);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece));
    }
    const std::string state = std::to_string(static_cast<int>(reader.state()));
    return reader.state() == MessageReader::State::whole ? state + reader.take() : state;
}

/// What becomes of two calls, after the server's preface.
std::string read_answers(std::string_view bytes, std::size_t piece) {
    const auto session =
        Session::make({.place = "here", .authority = "here", .answer_limit = limit});
    std::string all;
    std::size_t told = 0;
    const auto note = [&](const Outcome& outcome) {
        ++told;
        all += std::to_string(static_cast<int>(outcome.kind)) + outcome.error.code +
               name_of(outcome.answer.status) + outcome.answer.message + "\n";
    };
    for (int call = 0; call < 2; ++call) {
        if (!session->start("/a.B/C", "question", std::chrono::seconds(1), note)) {
            std::abort();
        }
    }
    session->to_send();
    // An empty SETTINGS frame, so that the rest is not refused for want of it.
    bool alive = session->receive(std::string("\0\0\0\4\0\0\0\0\0", 9)).has_value();
    for (std::size_t at = 0; alive && at < bytes.size(); at += piece) {
        alive = session->receive(bytes.substr(at, piece)).has_value();
        session->to_send();
    }
    session->fail_all("the end");
    if (told != 2) {
        std::abort();
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece = 1U + data[0];
    if (read_message(bytes, bytes.size()) != read_message(bytes, piece)) {
        std::abort();
    }
    const std::string_view question = bytes.substr(0, limit);
    if (read_message(framed(question), piece) != "2" + std::string(question)) {
        std::abort();
    }
    read_answers(bytes, piece);
    return 0;
}

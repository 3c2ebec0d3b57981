#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/client.hpp"
#include "setup/talk.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::setup {

struct TestSettings {
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds answer{10'000};
    /// For the first sign of life of a log stream: a quiet one has proven by then that it opens.
    std::chrono::milliseconds log{3'000};
};

using Tell = std::function<void(const TestLine&)>;

/// The way to a server, up to the first answer of whatever speaks HTTP there.
struct Reached {
    std::vector<std::string> addresses;                 ///< of its name
    std::optional<http::ShownCertificate> certificate;  ///< of https
    std::optional<Error> distrust;                      ///< why it is not believed
    std::optional<std::chrono::milliseconds>
        clock_ahead;              ///< its clock before ours; negative: behind
    std::optional<Error> failed;  ///< the step that did not pass
};

/// DNS, TCP, TLS and one answer, each told as it ends. Sends no name and no password. Blocks for at
/// most `connect` a step and `answer` at the end.
Reached reach(
    const std::string& url,
    const http::TlsTrust& trust,
    const TestSettings& settings,
    const Clock& clock,
    const Tell& tell
);

/// "CN=panel, issued by …, valid until 2026-11-30 (in 7 d)" and the fingerprint, a line each.
std::vector<std::string> certificate_lines(
    const http::ShownCertificate& certificate, TimePoint now
);

/// "clock skew 0.4 s", as a line of the test; a warning beyond what counting bears.
TestLine clock_line(std::optional<std::chrono::milliseconds> ahead);

TestLine failed_line(std::string name, const Error& error);

}  // namespace fairgate::setup

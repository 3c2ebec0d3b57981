#pragma once

#include <string>
#include <utility>

namespace fairgate::config {

/// A password, token or key. It is written nowhere by accident: no comparison with text, no
/// printing; only reveal() gives it, at the one place that sends it.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

private:
    std::string text_;
};

}  // namespace fairgate::config

#pragma once

#include "cli/context.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace fairgate::cli {

/// How far a long work is.
struct Step {
    std::uint64_t bytes = 0;
    std::uint64_t total_bytes = 0;  ///< 0: not known
    std::uint64_t lines = 0;
    double seconds = 0;
    std::string remark;  ///< "violations 14"
};

/// Tells progress on standard error: on a terminal a bar that is drawn again, elsewhere a line
/// each ten seconds, with --progress=json an object each second, or nothing.
class ProgressBar {
public:
    ProgressBar(const Context& context, const Invocation& invocation, std::string name);
    /// Takes a step; called as often as one likes.
    void show(const Step& step);
    /// Removes the bar.
    void finish();

private:
    enum class Way { bar, lines, json, none };
    bool is_due(double seconds);
    void draw(const Step& step);

    const Context& context_;
    std::string name_;
    Way way_;
    double next_ = 0;
    bool drawn_ = false;
};

/// "replay  ████████░░  62%  1.9 GB/3.1 GB  812k lines/s  eta 0:19  violations 14"
std::string bar_text(const std::string& name, const Step& step, Symbols symbols);
std::string progress_json(const std::string& name, const Step& step);

}  // namespace fairgate::cli

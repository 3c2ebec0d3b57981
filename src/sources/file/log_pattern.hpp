#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace fairgate::sources::file {

/// Which files of a directory belong to a source.
class LogPattern {
public:
    /// "/var/log/xray/access.log"; "/var/log/xray/*.log" (wildcards of glob(7), in the last part
    /// only); "/var/log/xray/" for every file in it. FG-SRC-016 for anything else.
    static Result<LogPattern> parse(std::string_view path);

    const std::string& directory() const { return directory_; }
    const std::string& text() const { return text_; }

    /// A file that something writes to: it has the name that was asked for.
    bool is_log(const std::string& name) const;
    /// Such a file after rotation: "access.log.1", "access.log-20260805", "access.log.bak".
    /// Compressed ones are not: they are not written to, and were read before.
    bool is_rotated(const std::string& name) const;

private:
    LogPattern() = default;
    bool matches(const std::string& name) const;

    std::string text_;
    std::string directory_;
    std::string glob_;
};

}  // namespace fairgate::sources::file

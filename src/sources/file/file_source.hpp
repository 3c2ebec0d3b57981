#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "sources/file/file_tail.hpp"
#include "sources/source.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace fairgate::sources::file {

struct FileSourceSettings {
    std::string name;           ///< of the source, in the configuration
    std::string node;           ///< whose logs these are
    std::string path;           ///< LogPattern::parse
    std::string position = {};  ///< of the last batch of an earlier run
    StartAt start = StartAt::end;
    std::size_t batch_limit = 256U << 10U;  ///< a batch takes under a millisecond to read and parse
    /// After a batch that emptied the files, so that a busy log is read ten times a second and not
    /// once a line.
    std::chrono::milliseconds pause{100};
    /// An empty batch is given after this; also how long a change may go unnoticed where the
    /// kernel cannot tell of changes.
    std::chrono::milliseconds patience{1000};
};

/// The logs of one directory as a source. FG-SRC-016 for a path that cannot be one; everything
/// else (no such file yet, no permission) is told by next() and tried again.
Result<std::unique_ptr<Source>> make_file_source(
    boost::asio::any_io_executor executor, const Clock& clock, FileSourceSettings settings
);

}  // namespace fairgate::sources::file

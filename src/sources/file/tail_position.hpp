#pragma once

#include "base/clock.hpp"
#include "sources/file/open_file.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sources::file {

/// How far one file has been read. It is that file if device and inode are the same and the first
/// `head` bytes still have this hash: an inode is used again as soon as a file is gone.
struct Bookmark {
    std::string name = {};  ///< in the directory, when it was last seen
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t head = 0;
    std::string hash = {};
    std::uint64_t offset = 0;  ///< of the first line not yet given out
    bool skipping = false;     ///< `offset` is inside a line whose beginning was given up
    bool done = false;         ///< rotated, read to its end and left alone by its writer

    FileId id() const { return {.device = device, .inode = inode}; }
    bool operator==(const Bookmark&) const = default;
};
BOOST_DESCRIBE_STRUCT(Bookmark, (), (name, device, inode, head, hash, offset, skipping, done))

/// Where a source of files has got to, as LineBatch::position holds it.
struct TailPosition {
    TimePoint at;  ///< when all of it had been read
    std::vector<Bookmark> files;
    std::vector<Bookmark> lost = {};  ///< of files that were cut, while their copy is looked for

    bool operator==(const TailPosition&) const = default;
};
BOOST_DESCRIBE_STRUCT(TailPosition, (), (at, files, lost))

std::string to_text(const TailPosition& position);
/// Nothing for text that to_text did not write.
std::optional<TailPosition> parse_position(std::string_view text);

/// Whether `file` begins with the bytes that `mark` was made of.
bool begins_as(const OpenFile& file, const Bookmark& mark);

}  // namespace fairgate::sources::file

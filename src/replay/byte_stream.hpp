#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace fairgate::replay {

/// Bytes of a file from its start, unpacked if it is packed.
class ByteStream {
public:
    virtual ~ByteStream() = default;
    /// Reads up to `size` bytes; 0 at the end.
    virtual Result<std::size_t> read(char* into, std::size_t size) = 0;
    /// Bytes of the file itself that were used so far.
    virtual std::uint64_t consumed() const = 0;
    /// The bytes are the file's own: it may be read at any place.
    virtual bool is_plain() const { return false; }
};

/// "-" is standard input. What is packed is told by its first bytes, not by its name.
Result<std::unique_ptr<ByteStream>> open_stream(const std::string& path);

}  // namespace fairgate::replay

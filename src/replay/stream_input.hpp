#pragma once

#include "replay/byte_stream.hpp"
#include "replay/input.hpp"

#include <memory>
#include <string>

namespace fairgate::replay {

/// A client's forged text reaches this far back into the block before.
inline constexpr std::size_t look_back = 512;
/// What may be read beyond the end by loads of 32 bytes.
inline constexpr std::size_t slack = 128;

/// One file or standard input. A plain file is read by several threads at once.
Result<std::unique_ptr<Input>> open_single(const std::string& path);

}  // namespace fairgate::replay

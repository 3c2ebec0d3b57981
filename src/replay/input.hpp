#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::replay {

/// A stretch of whole lines. The bytes before `begin` are the end of the stretch before, as far as
/// a client's forged text can reach, and 64 bytes behind `end` are readable.
struct Block {
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): how unique_ptr says that it holds an array
    std::unique_ptr<char[]> memory;
    std::size_t capacity = 0;
    const char* begin = nullptr;
    const char* end = nullptr;
    std::uint64_t offset = 0;    ///< of `begin` in the input (of the file, if there is one only)
    std::uint64_t consumed = 0;  ///< bytes of the files this block took, compressed as they are
    std::size_t before = 0;      ///< readable bytes before `begin`

    void make_room(std::size_t bytes);
};

inline constexpr std::size_t block_bytes = 256U << 10U;  // with its marks it stays in the L2 cache

/// The lines of one or more files, in the order of their times, cut into blocks. The cuts depend
/// on the input alone.
class Input {
public:
    virtual ~Input() = default;
    /// Fills the next block. False at the end. May be called by several threads at once.
    virtual Result<bool> next(Block& block, std::size_t& index) = 0;
    virtual std::uint64_t total_bytes() const = 0;  ///< 0: not known
};

/// Opens plain, .gz and .zst files, folders of them (not recursive) and "-" for standard input.
/// Several files are merged slot by slot in the order of the times inside them.
Result<std::unique_ptr<Input>> open_input(const std::vector<std::string>& paths);

}  // namespace fairgate::replay

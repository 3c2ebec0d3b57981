#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <utility>

namespace fairgate::store::sqlite {

/// Held by the one daemon that works on a database; the kernel lets go of it with the process,
/// however that ends.
class Lock {
public:
    /// FG-STO-009 with the other's process id, if somebody holds it.
    static Result<Lock> take(const std::filesystem::path& database);

    Lock() = default;
    ~Lock();
    Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Lock& operator=(Lock&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }

private:
    int descriptor_ = -1;
};

}  // namespace fairgate::store::sqlite

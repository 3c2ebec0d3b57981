#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <vector>

namespace fairgate::tracker {

/// Memory on huge pages where there is enough of it: random access to hundreds of
/// megabytes spends its time in the page tables otherwise.
enum class Pages { small, huge };
inline void* allocate_pages(std::size_t bytes, Pages pages) {
    constexpr std::size_t huge_page = std::size_t{2} << 20U;
    const bool huge = pages == Pages::huge && bytes % huge_page == 0;
    void* memory = std::aligned_alloc(huge ? huge_page : 64, (bytes + 63) / 64 * 64);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    if (huge) {
        madvise(memory, bytes, MADV_HUGEPAGE);
    }
    return memory;
}

struct FreeMemory {
    void operator()(void* memory) const { std::free(memory); }
};

/// A growing array that never moves its elements and never holds more than one chunk too many:
/// doubling a vector would need twice the memory at the worst moment. For types without pointers
/// of their own.
template <class T, std::size_t log2_per_chunk>
class Chunks {
public:
    static constexpr std::size_t per_chunk = std::size_t{1} << log2_per_chunk;

    T& operator[](std::size_t index) {
        return chunks_[index >> log2_per_chunk].get()[index & (per_chunk - 1)];
    }
    const T& operator[](std::size_t index) const {
        return chunks_[index >> log2_per_chunk].get()[index & (per_chunk - 1)];
    }
    std::size_t size() const { return size_; }
    std::size_t allocated_bytes() const { return chunks_.size() * per_chunk * sizeof(T); }

    void push_back(const T& value) {
        if (size_ == chunks_.size() * per_chunk) {
            // The first chunk stays on small pages, which are only used when touched: a small
            // installation should stay small.
            const Pages pages = chunks_.empty() ? Pages::small : Pages::huge;
            chunks_.emplace_back(static_cast<T*>(allocate_pages(per_chunk * sizeof(T), pages)));
        }
        new (&(*this)[size_]) T(value);
        ++size_;
    }

private:
    std::vector<std::unique_ptr<T, FreeMemory>> chunks_;
    std::size_t size_ = 0;
};

}  // namespace fairgate::tracker

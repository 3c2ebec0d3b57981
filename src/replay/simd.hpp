#pragma once

#if defined(__x86_64__)

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

// Loads and searches of 32 bytes at a time, for functions that run only where the processor has
// AVX2. Text must be readable for 64 bytes beyond the newline that ends a search.

#define FAIRGATE_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt")))
#define FAIRGATE_AVX2_INLINE FAIRGATE_AVX2 __attribute__((always_inline)) inline

namespace fairgate::replay {

template <class T>
__attribute__((always_inline)) inline T load(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

// NOLINTNEXTLINE(modernize-avoid-c-arrays): a literal, whose length is checked here
constexpr std::uint64_t text8(const char (&text)[9]) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) {
        value |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return value;
}
// NOLINTNEXTLINE(modernize-avoid-c-arrays): a literal, whose length is checked here
constexpr std::uint32_t text4(const char (&text)[5]) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) {
        value |= std::uint32_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return value;
}

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

/// All of the bytes that `mask` has 0xff in are digits.
inline bool are_digits(std::uint64_t bytes, std::uint64_t mask) {
    const std::uint64_t high = bytes & 0xf0f0f0f0f0f0f0f0U;
    const std::uint64_t carry = (bytes + 0x0606060606060606U) & 0xf0f0f0f0f0f0f0f0U;
    return (((high ^ 0x3030303030303030U) | (carry ^ 0x3030303030303030U)) & mask) == 0;
}

alignas(32) inline constexpr std::array<std::uint8_t, 64> ones_then_zeros = [] {
    std::array<std::uint8_t, 64> bytes{};
    for (std::size_t i = 0; i < 32; ++i) {
        bytes[i] = 0xff;
    }
    return bytes;
}();

/// The first `length` (up to 32) bytes of `text`, padded with zeros.
FAIRGATE_AVX2_INLINE __m256i first_bytes(const char* text, std::size_t length) {
    const __m256i mask =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ones_then_zeros.data() + 32 - length));
    return _mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(text)), mask);
}

/// The first blank or newline at or behind `at`.
FAIRGATE_AVX2_INLINE const char* find_blank(const char* at) {
    for (;; at += 32) {
        const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        const __m256i hit = _mm256_or_si256(
            _mm256_cmpeq_epi8(text, _mm256_set1_epi8(' ')),
            _mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n'))
        );
        const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(hit));
        if (mask != 0) {
            return at + std::countr_zero(mask);
        }
    }
}

FAIRGATE_AVX2_INLINE const char* find_newline(const char* at) {
    for (;; at += 32) {
        const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        const auto mask = static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n')))
        );
        if (mask != 0) {
            return at + std::countr_zero(mask);
        }
    }
}

/// The bracket of the first "] email: " on this line, or nothing.
FAIRGATE_AVX2_INLINE const char* find_email(const char* at) {
    for (;; at += 32) {
        const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        const __m256i ahead = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 2));
        auto hits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_and_si256(
            _mm256_cmpeq_epi8(text, _mm256_set1_epi8(']')),
            _mm256_cmpeq_epi8(ahead, _mm256_set1_epi8('e'))
        )));
        const auto newlines = static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n')))
        );
        const auto end = static_cast<unsigned>(std::countr_zero(newlines));  // 32: none
        for (; hits != 0; hits &= hits - 1) {
            const auto i = static_cast<unsigned>(std::countr_zero(hits));
            if (i > end) {
                break;
            }
            if (load<std::uint64_t>(at + i) == text8("] email:") && at[i + 8] == ' ') {
                return at + i;
            }
        }
        if (newlines != 0) {
            return nullptr;
        }
    }
}

/// Whether "dom" of the marker behind which a client's bytes stand is on this line; gives its end.
FAIRGATE_AVX2_INLINE const char* find_newline_or_marker(const char* at, bool& marker) {
    for (;; at += 32) {
        const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        const __m256i ahead = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 2));
        const auto hits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_and_si256(
            _mm256_cmpeq_epi8(text, _mm256_set1_epi8('d')),
            _mm256_cmpeq_epi8(ahead, _mm256_set1_epi8('m'))
        )));
        const auto newlines = static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n')))
        );
        marker |= (hits & (newlines ^ (newlines - 1))) != 0;
        if (newlines != 0) {
            return at + std::countr_zero(newlines);
        }
    }
}

}  // namespace fairgate::replay

#endif

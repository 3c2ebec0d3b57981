#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fairgate::tracker {

/// An account's name in four words, so that two are compared without a loop. Names of up to 31
/// bytes stand inside, padded with zeros, their length in the last byte; of longer ones the
/// address and length do, and the bytes must outlive the key.
struct alignas(32) NameKey {
    std::array<std::uint64_t, 4> words{};

    static constexpr std::size_t inline_length = 31;
    static constexpr std::uint8_t long_mark = 0xff;

    static NameKey of(std::string_view name) {
        NameKey key;
        if (name.size() <= inline_length) {
            if (!name.empty()) {  // an empty name may have no bytes to point at
                std::memcpy(key.words.data(), name.data(), name.size());
            }
            key.words[3] |= std::uint64_t{name.size()} << 56U;
        } else {
            key.words[0] = reinterpret_cast<std::uintptr_t>(name.data());
            key.words[1] = name.size();
            key.words[3] = std::uint64_t{long_mark} << 56U;
        }
        return key;
    }

    /// The length of an inline name, 0 for none, long_mark for a long one.
    std::uint8_t mark() const { return static_cast<std::uint8_t>(words[3] >> 56U); }
    bool is_long() const { return mark() == long_mark; }

    /// Borrowed from the key itself, or from where the long name stands.
    std::string_view text() const {
        if (is_long()) {
            // NOLINTNEXTLINE(performance-no-int-to-ptr): the word holds an address on purpose
            return {reinterpret_cast<const char*>(words[0]), words[1]};
        }
        return {reinterpret_cast<const char*>(words.data()), mark()};
    }

    bool same_as(const NameKey& other) const {
        if (is_long() || other.is_long()) {
            return is_long() == other.is_long() && text() == other.text();
        }
        return ((words[0] ^ other.words[0]) | (words[1] ^ other.words[1]) |
                (words[2] ^ other.words[2]) | (words[3] ^ other.words[3])) == 0;
    }

    /// 32 well-mixed bits. Not seeded: a replay must come out the same every time, and a flood of
    /// equal tags would need an operator who names a flood of accounts.
    __attribute__((always_inline)) std::uint32_t tag() const {
        if (is_long()) {
            return tag_of_long(text());
        }
        return fold(
            mix(words[0] ^ 0x9e3779b97f4a7c15U, words[1] ^ 0xbf58476d1ce4e5b9U) ^
            mix(words[2] ^ 0x94d049bb133111ebU, words[3] ^ 0xd6e8feb86659fd93U)
        );
    }

private:
    static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }
    static std::uint32_t fold(std::uint64_t hash) {
        return static_cast<std::uint32_t>((hash * 0x9e3779b97f4a7c15U) >> 32U);
    }
    static std::uint32_t tag_of_long(std::string_view text) {
        std::uint64_t hash = 0x9e3779b97f4a7c15U ^ text.size();
        while (!text.empty()) {
            std::uint64_t part = 0;
            const std::size_t length = text.size() < 8 ? text.size() : 8;
            std::memcpy(&part, text.data(), length);
            hash = mix(hash ^ part, 0xbf58476d1ce4e5b9U) + 1;
            text.remove_prefix(length);
        }
        return fold(hash);
    }
};

}  // namespace fairgate::tracker

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <vector>

namespace fairgate::replay {

/// What a replay does with a block, and in which order (docs/decisions/0018). Each block is
///
///   parsed     by any thread, whichever has nothing else to do;
///   lined up   once those before it are: in order, by one thread at a time;
///   counted    by every shard, which takes the blocks in order. A shard is one thread.
///
/// Where a block asks for it, something is learned between it and the one before: everybody has
/// counted that one, nobody has begun this one.
class Relay {
public:
    /// So many blocks are in work at a time.
    Relay(unsigned threads, std::size_t places);
    virtual ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    /// Returns when all is counted, or after stop().
    void run();

protected:
    /// The number of the block that was parsed, from 0 without gaps but in any order; its place is
    /// free. At the end of the input, that end with how many there are.
    struct Parsed {
        std::size_t number = 0;
        bool end = false;
    };
    virtual Parsed parse(unsigned thread) = 0;
    enum class Before : std::uint8_t { nothing, learning };
    virtual Before line_up(std::size_t number) = 0;
    virtual void count(std::size_t number, unsigned shard) = 0;
    virtual void learn(std::size_t number) = 0;
    /// Now and then, in the first thread.
    virtual void look_around() = 0;

    void stop();  ///< by any thread, at once
    std::size_t place_of(std::size_t number) const { return number % places_.size(); }

private:
    struct Place {
        std::atomic<std::size_t> parsed = 0;  ///< one more than the number of the block in it
        Before before = Before::nothing;
    };
    struct alignas(64) Shard {
        std::atomic<std::size_t> counted = 0;  ///< blocks
    };

    void serve(unsigned thread);
    bool count_next(unsigned shard);
    bool parse_next(unsigned thread);
    bool may_count(std::size_t number);
    void line_up_all();
    std::size_t counted_by_all() const;
    bool is_over(unsigned shard) const;
    void tell();

    static constexpr std::size_t unknown = std::numeric_limits<std::size_t>::max();

    std::vector<Place> places_;
    std::vector<Shard> shards_;
    std::atomic<std::size_t> claimed_ = 0;    ///< blocks that somebody parses or has parsed
    std::atomic<std::size_t> lined_up_ = 0;   ///< blocks
    std::atomic<std::size_t> learned_ = 0;    ///< before the block of this number, at last
    std::atomic<std::size_t> end_ = unknown;  ///< how many blocks there are
    std::atomic<std::uint32_t> changes_ = 0;
    std::mutex lining_up_;
    std::mutex learning_;
};

}  // namespace fairgate::replay

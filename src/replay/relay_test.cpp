#include "replay/relay.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace fairgate::replay {
namespace {

/// Blocks without bytes, which write down what is done with them.
class Blocks final : public Relay {
public:
    Blocks(unsigned threads, std::size_t places, std::vector<bool> learns)
        : Relay(threads, places), learns_(std::move(learns)), counted_(threads) {}

    using Relay::run;

    std::size_t lined_up() const { return lined_up_; }
    const std::vector<std::vector<std::size_t>>& counted() const { return counted_; }
    const std::vector<std::size_t>& learned() const { return learned_; }
    bool learned_alone() const { return learned_alone_; }
    void fail_at(std::size_t number) { fails_at_ = number; }

private:
    Parsed parse(unsigned) override {
        const std::size_t number = next_++;
        if (number == fails_at_) {
            stop();
        }
        return {number, number >= learns_.size()};
    }
    Before line_up(std::size_t number) override {
        EXPECT_EQ(number, lined_up_);
        ++lined_up_;
        return learns_[number] ? Before::learning : Before::nothing;
    }
    void count(std::size_t number, unsigned shard) override {
        ++counting_;
        counted_[shard].push_back(number);
        --counting_;
    }
    void learn(std::size_t number) override {
        learned_alone_ = learned_alone_ && counting_ == 0;
        for (const std::vector<std::size_t>& shard : counted_) {
            learned_alone_ = learned_alone_ && shard.size() == number;
        }
        learned_.push_back(number);
    }
    void look_around() override {}

    std::vector<bool> learns_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<int> counting_ = 0;
    std::size_t lined_up_ = 0;
    std::size_t fails_at_ = ~std::size_t{0};
    std::vector<std::vector<std::size_t>> counted_;
    std::vector<std::size_t> learned_;
    bool learned_alone_ = true;
};

RC_GTEST_PROP(Relay, every_shard_counts_every_block_in_order_and_learning_is_alone, ()) {
    const auto learns = *rc::gen::arbitrary<std::vector<bool>>();
    const auto threads = *rc::gen::inRange(1U, 5U);
    const auto places = *rc::gen::inRange<std::size_t>(1, 9);
    Blocks blocks(threads, places, learns);
    blocks.run();
    std::vector<std::size_t> all;
    std::vector<std::size_t> learned;
    for (std::size_t number = 0; number < learns.size(); ++number) {
        all.push_back(number);
        if (learns[number] && number > 0) {  // before the first there is nothing to learn from
            learned.push_back(number);
        }
    }
    RC_ASSERT(blocks.lined_up() == learns.size());
    for (const std::vector<std::size_t>& counted : blocks.counted()) {
        RC_ASSERT(counted == all);
    }
    RC_ASSERT(blocks.learned() == learned);
    RC_ASSERT(blocks.learned_alone());
}

TEST(Relay, stops_at_once_when_it_is_told) {
    for (unsigned threads = 1; threads < 4; ++threads) {
        Blocks blocks(threads, 4, std::vector<bool>(100'000));
        blocks.fail_at(50);
        blocks.run();
        EXPECT_LT(blocks.lined_up(), 100'000U);
    }
}

}  // namespace
}  // namespace fairgate::replay

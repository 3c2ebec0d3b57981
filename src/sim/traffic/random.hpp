#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace fairgate::sim::traffic {

/// A seeded generator (splitmix64) with its own distributions: the standard library's differ
/// between implementations, and a story must be the same everywhere.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

    /// An independent generator; the same label always gives the same one.
    Random fork(std::uint64_t label) const { return Random(mixed(state_ ^ mixed(label + 1))); }

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        return mixed(state_);
    }
    /// 0 … bound-1; bound below 2^32.
    std::uint64_t below(std::uint64_t bound) { return (next() >> 32) * bound >> 32; }
    /// low … high, both included.
    int between(int low, int high) {
        return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low) + 1));
    }
    double uniform(double low, double high) { return low + (high - low) * unit(); }
    bool chance(double probability) { return unit() < probability; }
    double exponential(double mean) { return -mean * std::log(1.0 - unit()); }
    double normal(double deviation) {
        return deviation * std::sqrt(-2.0 * std::log(1.0 - unit())) *
               std::cos(2.0 * std::numbers::pi * unit());
    }
    /// Every factor between low and high is equally likely: 1 to 40 gives as many below 6 as above.
    double log_uniform(double low, double high) {
        return low * std::exp(unit() * std::log(high / low));
    }
    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[static_cast<std::size_t>(below(from.size()))];
    }

private:
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    static std::uint64_t mixed(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

    std::uint64_t state_;
};

}  // namespace fairgate::sim::traffic

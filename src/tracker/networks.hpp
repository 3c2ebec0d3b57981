#pragma once

#include "model/origin.hpp"
#include "tracker/count.hpp"
#include "tracker/dual_stack.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace fairgate::tracker {

/// What accounts usually look like inside each network. A network in which most accounts show
/// many origins at once hands out a new address for each connection: a carrier's pool.
class Networks {
public:
    /// One account had `origins` origins at once inside the network, in one look at it.
    void add_sample(Asn asn, int origins);
    /// Decides again from what was collected, then lets older samples fade. Called once a window.
    void judge();

    NetworkHabit habit(Asn asn) const;
    void declare(Asn asn, NetworkHabit habit);  ///< by the operator
    /// Takes up what was learned before a restart: so many samples with that many origins at once.
    /// Newer samples may outweigh them.
    void restore(Asn asn, int samples, double median);

    struct Judged {
        Asn asn;
        NetworkHabit habit = NetworkHabit::unjudged;
        std::uint32_t accounts = 0;  ///< samples with one, two, three and more origins
        double median = 0;
    };
    std::vector<Judged> rotating() const;

    DualStack& dual_stack() { return dual_stack_; }
    const DualStack& dual_stack() const { return dual_stack_; }

    /// Fewer samples than this say nothing about a network.
    static constexpr std::uint32_t least_samples = 8;

private:
    struct Record {
        std::array<std::uint32_t, 4> with{};  ///< samples with 1, 2, 3, 4 and more origins
        NetworkHabit habit = NetworkHabit::unjudged;
        bool declared = false;
    };
    boost::unordered_flat_map<std::uint32_t, Record> records_;
    DualStack dual_stack_;
};

}  // namespace fairgate::tracker

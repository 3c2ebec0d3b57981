#include "tracker/networks.hpp"

#include <algorithm>

namespace fairgate::tracker {

namespace {

std::uint32_t total(const std::array<std::uint32_t, 4>& with) {
    return with[0] + with[1] + with[2] + with[3];
}

/// The median number of origins at once; 4 stands for four and more.
int median(const std::array<std::uint32_t, 4>& with) {
    const std::uint32_t half = (total(with) + 1) / 2;
    std::uint32_t seen = 0;
    for (std::size_t i = 0; i < with.size(); ++i) {
        seen += with[i];
        if (seen >= half) {
            return static_cast<int>(i) + 1;
        }
    }
    return 0;
}

}  // namespace

void Networks::add_sample(Asn asn, int origins) {
    const auto index = static_cast<std::size_t>(std::clamp(origins, 1, 4) - 1);
    ++records_[asn.value].with[index];
}

void Networks::judge() {
    dual_stack_.judge();
    for (auto& [asn, record] : records_) {
        // Addresses of no known network have nothing in common to be judged by.
        if (record.declared || asn == 0 || total(record.with) < least_samples) {
            continue;
        }
        record.habit = median(record.with) >= 3 ? NetworkHabit::rotating : NetworkHabit::stable;
        if (total(record.with) > 4096) {
            for (std::uint32_t& count : record.with) {
                count /= 2;
            }
        }
    }
}

NetworkHabit Networks::habit(Asn asn) const {
    const auto found = records_.find(asn.value);
    return found == records_.end() ? NetworkHabit::unjudged : found->second.habit;
}

void Networks::declare(Asn asn, NetworkHabit habit) {
    Record& record = records_[asn.value];
    record.habit = habit;
    record.declared = true;
}

void Networks::restore(Asn asn, int samples, double median) {
    const auto most = static_cast<int>(std::clamp(median, 1.0, 4.0));
    const auto count = static_cast<std::uint32_t>(std::clamp(samples, int{least_samples}, 4096));
    Record& record = records_[asn.value];
    record.with[static_cast<std::size_t>(most) - 1] += count;
    record.habit = NetworkHabit::rotating;
}

std::vector<Networks::Judged> Networks::rotating() const {
    std::vector<Judged> judged;
    for (const auto& [asn, record] : records_) {
        if (record.habit == NetworkHabit::rotating) {
            judged.push_back(
                {Asn{asn},
                 record.habit,
                 total(record.with),
                 static_cast<double>(median(record.with))}
            );
        }
    }
    std::ranges::sort(judged, {}, &Judged::asn);
    return judged;
}

}  // namespace fairgate::tracker

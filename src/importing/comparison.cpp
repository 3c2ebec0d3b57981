#include "importing/comparison.hpp"

#include <algorithm>

namespace fairgate::importing {

bool Comparison::changes_something() const {
    return std::ranges::any_of(differences, [](const Difference& difference) {
        return difference.standing == Standing::created || difference.standing == Standing::changed;
    });
}

}  // namespace fairgate::importing

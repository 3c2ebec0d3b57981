#pragma once

#include "panel/carried.hpp"
#include "panel/world.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace fairgate::conformance {

/// What every panel's client must do is asked of each in an old and in its newest release.
class EveryPanel : public testing::TestWithParam<Product> {
protected:
    std::unique_ptr<World> make(const WorldSettings& settings = {}) const {
        return GetParam().make(settings);
    }
};

inline auto every_product() {
    return testing::Values(
        Product{"pasarguard_5_2", make_pasarguard},
        Product{"pasarguard_4_0", make_old_pasarguard},
        Product{"marzban_0_8", make_marzban},
        Product{"marzban_0_6", make_old_marzban}
    );
}

inline std::string name_of(const testing::TestParamInfo<Product>& each) { return each.param.name; }

inline enforcement::Enforcer& enforcer_of(World& world) { return world.enforcer(); }

}  // namespace fairgate::conformance

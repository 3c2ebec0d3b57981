#include "sources/source.hpp"

#include <gtest/gtest.h>

namespace fairgate::sources {
namespace {

TEST(source_state, only_a_source_that_lately_told_something_is_trusted) {
    EXPECT_TRUE(is_trustworthy(SourceState::live));
    EXPECT_TRUE(is_trustworthy(SourceState::silent));
    for (const SourceState state :
         {SourceState::starting, SourceState::stale, SourceState::failed, SourceState::paused}) {
        EXPECT_FALSE(is_trustworthy(state));
    }
}

}  // namespace
}  // namespace fairgate::sources

#include "control/cleanup.hpp"

#include "control/exemptions.hpp"
#include "control/fake_daemon_test.hpp"
#include "control/limits.hpp"

#include <gtest/gtest.h>

namespace fairgate::control {
namespace {

class Cleanup : public testing::Test {
protected:
    Cleanup() {
        daemon.live.make_healthy();
        daemon.live.add("ali", 0).now.facts.status = "active";
        daemon.live.add("ghost", 1);  // only seen in a log: the panel does not have it
        for (const char* name : {"ali", "ghost", "gone"}) {
            set(name);
        }
        except("gone");
    }

    void set(const std::string& name) {
        const auto done = daemon.ask([&] {
            return set_limit(
                daemon.desk(),
                FakeDaemon::somebody(),
                {LimitOrigin::account, name, "main"},
                3,
                "",
                control::Run::for_real
            );
        });
        ASSERT_TRUE(done.value().changed);
    }
    void except(const std::string& name) {
        const auto done = daemon.ask([&] {
            return add_exemption(
                daemon.desk(),
                FakeDaemon::somebody(),
                name,
                std::nullopt,
                "",
                control::Run::for_real
            );
        });
        ASSERT_TRUE(done.value().changed);
    }
    Result<Change> clean(Brake brake = Brake::on, control::Run run = control::Run::for_real) {
        return daemon.ask([&] {
            return clean_up_accounts(daemon.desk(), FakeDaemon::somebody(), brake, run);
        });
    }
    std::size_t left() {
        return daemon.store->limits().all().value().size() +
               daemon.store->exemptions().all().value().size();
    }

    FakeDaemon daemon;
};

TEST_F(Cleanup, what_was_set_for_accounts_that_are_gone_is_removed_and_nothing_else) {
    EXPECT_EQ(clean(Brake::on, control::Run::dry).value().plan->size(), 3U);
    EXPECT_EQ(left(), 4U);
    EXPECT_TRUE(clean().value().changed);
    EXPECT_EQ(left(), 1U);
    EXPECT_EQ(daemon.store->limits().all().value().front().match, "ali");
    EXPECT_FALSE(clean().value().changed) << "a second time changes nothing";
}

TEST_F(Cleanup, nothing_is_removed_without_a_complete_list) {
    daemon.live.all_backends.front().synced.reset();
    EXPECT_EQ(clean().error().code, "FG-CTL-010");
    daemon.live.all_backends.front().synced = noon;
    daemon.live.all_backends.front().state = BackendState::failed;
    EXPECT_EQ(clean().error().code, "FG-CTL-010");
    daemon.live.all_backends.clear();
    EXPECT_EQ(clean().error().code, "FG-CTL-010") << "a log has no list of accounts";
    EXPECT_EQ(left(), 4U);
}

TEST_F(Cleanup, very_many_at_once_are_more_likely_a_wrong_list) {
    for (int i = 0; i < 30; ++i) {
        set("old" + std::to_string(i));
    }
    EXPECT_EQ(clean().error().code, "FG-CTL-011");
    EXPECT_EQ(left(), 34U);
    EXPECT_TRUE(clean(Brake::off).value().changed);
    EXPECT_EQ(left(), 1U);
}

}  // namespace
}  // namespace fairgate::control

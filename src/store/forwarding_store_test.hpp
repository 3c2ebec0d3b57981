#pragma once

#include "store/store.hpp"

namespace fairgate::store {

/// Hands everything on to another store, but what a test makes fail.
class ForwardingStore : public Store {
public:
    explicit ForwardingStore(Store& store) : store_(store) {}

    ViolationStore& violations() override { return store_.violations(); }
    DecisionStore& decisions() override { return store_.decisions(); }
    MeasureJournal& measures() override { return store_.measures(); }
    SettingStore<LimitSetting>& limits() override { return store_.limits(); }
    SettingStore<Exemption>& exemptions() override { return store_.exemptions(); }
    SettingStore<TrustEntry>& trust() override { return store_.trust(); }
    SettingStore<ModeOverride>& modes() override { return store_.modes(); }
    SettingStore<LadderSetting>& ladders() override { return store_.ladders(); }
    SettingStore<RotatingNetwork>& rotating_networks() override {
        return store_.rotating_networks();
    }
    SettingStore<SourcePosition>& positions() override { return store_.positions(); }
    AuditStore& audit() override { return store_.audit(); }
    MetaStore& meta() override { return store_.meta(); }
    Result<void> check() override { return store_.check(); }
    Result<void> atomically(Durability durability, const std::function<Result<void>()>& work)
        override {
        return store_.atomically(durability, work);
    }

protected:
    Store& store_;  // NOLINT(*-non-private-member-variables-in-classes): for what tests override
};

}  // namespace fairgate::store

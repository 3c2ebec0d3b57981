#include "store/memory/store.hpp"

#include "store/memory/parts.hpp"

namespace fairgate::store::memory {

namespace {

class MemoryStore final : public Store {
public:
    ViolationStore& violations() override { return violations_; }
    DecisionStore& decisions() override { return decisions_; }
    MeasureJournal& measures() override { return measures_; }
    SettingStore<LimitSetting>& limits() override { return limits_; }
    SettingStore<Exemption>& exemptions() override { return exemptions_; }
    SettingStore<TrustEntry>& trust() override { return trust_; }
    SettingStore<ModeOverride>& modes() override { return modes_; }
    SettingStore<LadderSetting>& ladders() override { return ladders_; }
    SettingStore<RotatingNetwork>& rotating_networks() override { return rotating_networks_; }
    SettingStore<SourcePosition>& positions() override { return positions_; }
    AuditStore& audit() override { return audit_; }
    MetaStore& meta() override { return meta_; }

    Result<void> check() override { return {}; }

    Result<void> atomically(Durability, const std::function<Result<void>()>& work) override {
        const Data before = data_;
        try {
            auto done = work();
            if (!done) {
                data_ = before;
            }
            return done;
        } catch (...) {
            data_ = before;
            throw;
        }
    }

private:
    Data data_;
    Violations violations_{data_};
    Decisions decisions_{data_};
    Measures measures_{data_};
    Settings<LimitSetting> limits_{data_};
    Settings<Exemption> exemptions_{data_};
    Settings<TrustEntry> trust_{data_};
    Settings<ModeOverride> modes_{data_};
    Settings<LadderSetting> ladders_{data_};
    Settings<RotatingNetwork> rotating_networks_{data_};
    Settings<SourcePosition> positions_{data_};
    Audit audit_{data_};
    Meta meta_{data_};
};

}  // namespace

std::unique_ptr<Store> make_store() { return std::make_unique<MemoryStore>(); }

}  // namespace fairgate::store::memory

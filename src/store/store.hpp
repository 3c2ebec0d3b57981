#pragma once

#include "base/error.hpp"
#include "store/audit.hpp"
#include "store/decisions.hpp"
#include "store/measures.hpp"
#include "store/meta.hpp"
#include "store/settings.hpp"
#include "store/violations.hpp"

#include <functional>

namespace fairgate::store {

/// now: on the disk before the answer. soon: a crash of the machine (not of the program) may lose
/// the last second; for what can be had again, such as positions in a log.
enum class Durability { now, soon };

/// Several calls that happen together or not at all.
class Transactions {
public:
    virtual ~Transactions() = default;

    /// Runs `work`, which calls any parts of this store; if it fails, or throws, nothing it did
    /// remains. A transaction inside another is a part of it.
    virtual Result<void> atomically(
        Durability durability, const std::function<Result<void>()>& work
    ) = 0;
};

/// Everything that lasts. Whoever needs a part asks for that part, not for the store. Calls wait
/// for the disk and come from one thread at a time.
class Store : public Transactions {
public:
    virtual ViolationStore& violations() = 0;
    virtual DecisionStore& decisions() = 0;
    virtual MeasureJournal& measures() = 0;
    virtual SettingStore<LimitSetting>& limits() = 0;
    virtual SettingStore<Exemption>& exemptions() = 0;
    virtual SettingStore<TrustEntry>& trust() = 0;
    virtual SettingStore<ModeOverride>& modes() = 0;
    virtual SettingStore<LadderSetting>& ladders() = 0;
    virtual SettingStore<RotatingNetwork>& rotating_networks() = 0;
    virtual SettingStore<SourcePosition>& positions() = 0;
    virtual AuditStore& audit() = 0;
    virtual MetaStore& meta() = 0;

    /// Reads everything once and says what is damaged. Slow: for `doctor` and backups.
    virtual Result<void> check() = 0;
};

}  // namespace fairgate::store

#include "store/sqlite/store.hpp"

#include "store/sqlite/lock.hpp"
#include "store/sqlite/migrations.hpp"
#include "store/sqlite/parts.hpp"
#include "store/sqlite/setting_table.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace fairgate::store::sqlite {

namespace {

class SqliteStore final : public Store {
public:
    SqliteStore(Lock lock, Database database)
        : lock_(std::move(lock)), database_(std::move(database)) {}

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

    Result<void> atomically(Durability durability, const std::function<Result<void>()>& work)
        override {
        return database_.atomically(durability, work);
    }

    Result<void> check() override {
        for (const char* sql :
             {"SELECT integrity_check FROM pragma_integrity_check "
              "WHERE integrity_check <> 'ok' LIMIT 1",
              "SELECT 'a row of ' || \"table\" || ' refers to nothing' "
              "FROM pragma_foreign_key_check LIMIT 1"}) {
            const auto fault = database_.value(sql);
            if (!fault) {
                return fault.error();
            }
            if (const auto* text = std::get_if<std::string>(&*fault)) {
                return damaged(*text);
            }
        }
        return {};
    }

private:
    Error damaged(const std::string& cause) const {
        return Error{
            .code = std::string(errors::corrupt),
            .what = "the database is damaged",
            .where = database_.path().string(),
            .cause = cause,
            .next = "keep a copy of it, then restore a backup or mend it: fairgate help FG-STO-003"
        };
    }

    Lock lock_;
    Database database_;
    Violations violations_{database_};
    Decisions decisions_{database_};
    Measures measures_{database_};
    SettingTable<LimitSetting> limits_{
        database_, "limit_setting", "origin = ? AND backend = ? AND \"match\" = ?"
    };
    SettingTable<Exemption> exemptions_{database_, "exemption", "backend = ? AND name = ?"};
    SettingTable<TrustEntry> trust_{database_, "trust", "scope = ?"};
    SettingTable<ModeOverride> modes_{
        database_, "mode_override", "scope = ? AND backend = ? AND \"match\" = ?"
    };
    SettingTable<LadderSetting> ladders_{database_, "ladder_setting", "rule = ?"};
    SettingTable<RotatingNetwork> rotating_networks_{database_, "rotating_network", "scope = ?"};
    SettingTable<SourcePosition> positions_{database_, "source_position", "source = ?"};
    Audit audit_{database_};
    Meta meta_{database_};
};

/// What it holds is about customers: nobody else on the machine may read it. SQLite gives its log
/// the same permissions as the file.
void make_private(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor >= 0) {  // otherwise SQLite says what is wrong
        ::close(descriptor);
    }
}

}  // namespace

Result<std::unique_ptr<Store>> open(const Settings& settings) {
    Lock lock;
    if (settings.ownership == Ownership::exclusive) {
        auto taken = Lock::take(settings.path);
        if (!taken) {
            return taken.error();
        }
        lock = *std::move(taken);
    }
    make_private(settings.path);
    auto database = Database::open(settings.path, settings.patience);
    if (!database) {
        return database.error();
    }
    if (auto migrated = migrate(*database, migrations()); !migrated) {
        return migrated.error();
    }
    return std::make_unique<SqliteStore>(std::move(lock), *std::move(database));
}

}  // namespace fairgate::store::sqlite

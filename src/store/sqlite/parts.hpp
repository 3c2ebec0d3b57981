#pragma once

#include "store/sqlite/table.hpp"
#include "store/store.hpp"

namespace fairgate::store::sqlite {

class Violations final : public ViolationStore {
public:
    explicit Violations(Database& database) : database_(database) {}
    Result<ViolationId> add(const Violation& violation) override;
    Result<void> update(const Violation& violation) override;
    Result<Violation> get(ViolationId id) override;
    Result<Page<Violation>> list(const ViolationFilter& filter, const Cursor& cursor) override;
    Result<std::map<AccountKey, std::vector<TimePoint>>> ladder(TimePoint since) override;
    Result<std::vector<TimePoint>> ladder_of(const AccountKey& account, TimePoint since) override;
    Result<int> forgive(const AccountKey& account, TimePoint until) override;
    Result<int> purge(TimePoint before, int most) override;

private:
    Database& database_;
    Table<Violation, ViolationId> table_{database_, "violation"};
};

class Decisions final : public DecisionStore {
public:
    explicit Decisions(Database& database) : database_(database) {}
    Result<DecisionId> add(const Decision& decision) override;
    Result<Decision> get(DecisionId id) override;
    Result<Page<Decision>> list(const DecisionFilter& filter, const Cursor& cursor) override;
    Result<void> set_state(DecisionId id, DecisionState state) override;
    Result<void> set_until(DecisionId id, std::optional<TimePoint> until) override;
    Result<std::string> evidence_text(DecisionId id) override;
    Result<int> purge(TimePoint before, int most) override;

private:
    Database& database_;
    Table<Decision, DecisionId> table_{database_, "decision"};
};

class Measures final : public MeasureJournal {
public:
    explicit Measures(Database& database) : database_(database) {}
    Result<MeasureId> add(const Measure& measure, const std::string& what) override;
    Result<void> record(const Measure& measure, const std::string& what, TimePoint now) override;
    Result<Measure> get(MeasureId id) override;
    Result<Page<Measure>> list(const MeasureFilter& filter, const Cursor& cursor) override;
    Result<std::vector<Measure>> unfinished() override;
    Result<std::vector<MeasureStep>> history(MeasureId id) override;

private:
    Result<void> write_step(const MeasureStep& step);

    Database& database_;
    Table<Measure, MeasureId> table_{database_, "measure"};
};

class Audit final : public AuditStore {
public:
    explicit Audit(Database& database) : database_(database) {}
    Result<AuditId> add(const AuditEntry& entry) override;
    Result<Page<AuditEntry>> list(const AuditFilter& filter, const Cursor& cursor) override;
    Result<int> purge(TimePoint before, int most) override;

private:
    Database& database_;
    Table<AuditEntry, AuditId> table_{database_, "audit"};
};

class Meta final : public MetaStore {
public:
    explicit Meta(Database& database) : database_(database) {}
    Result<std::optional<std::string>> get(const std::string& key) override;
    Result<void> set(const std::string& key, const std::string& value) override;
    Result<void> erase(const std::string& key) override;

private:
    Database& database_;
};

}  // namespace fairgate::store::sqlite

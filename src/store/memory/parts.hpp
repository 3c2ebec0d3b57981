#pragma once

#include "store/memory/data.hpp"

namespace fairgate::store::memory {

class Violations final : public ViolationStore {
public:
    explicit Violations(Data& data) : data_(data) {}
    Result<ViolationId> add(const Violation& violation) override;
    Result<void> update(const Violation& violation) override;
    Result<Violation> get(ViolationId id) override;
    Result<Page<Violation>> list(const ViolationFilter& filter, const Cursor& cursor) override;
    Result<std::map<AccountKey, std::vector<TimePoint>>> ladder(TimePoint since) override;
    Result<std::vector<TimePoint>> ladder_of(const AccountKey& account, TimePoint since) override;
    Result<int> forgive(const AccountKey& account, TimePoint until) override;
    Result<int> purge(TimePoint before, int most) override;

private:
    Data& data_;
};

class Decisions final : public DecisionStore {
public:
    explicit Decisions(Data& data) : data_(data) {}
    Result<DecisionId> add(const Decision& decision) override;
    Result<Decision> get(DecisionId id) override;
    Result<Page<Decision>> list(const DecisionFilter& filter, const Cursor& cursor) override;
    Result<void> set_state(DecisionId id, DecisionState state) override;
    Result<void> set_until(DecisionId id, std::optional<TimePoint> until) override;
    Result<std::string> evidence_text(DecisionId id) override;
    Result<int> purge(TimePoint before, int most) override;

private:
    Data& data_;
};

class Measures final : public MeasureJournal {
public:
    explicit Measures(Data& data) : data_(data) {}
    Result<MeasureId> add(const Measure& measure, const std::string& what) override;
    Result<void> record(const Measure& measure, const std::string& what, TimePoint now) override;
    Result<Measure> get(MeasureId id) override;
    Result<Page<Measure>> list(const MeasureFilter& filter, const Cursor& cursor) override;
    Result<std::vector<Measure>> unfinished() override;
    Result<std::vector<MeasureStep>> history(MeasureId id) override;

private:
    Data& data_;
};

class Audit final : public AuditStore {
public:
    explicit Audit(Data& data) : data_(data) {}
    Result<AuditId> add(const AuditEntry& entry) override;
    Result<Page<AuditEntry>> list(const AuditFilter& filter, const Cursor& cursor) override;
    Result<int> purge(TimePoint before, int most) override;

private:
    Data& data_;
};

class Meta final : public MetaStore {
public:
    explicit Meta(Data& data) : data_(data) {}
    Result<std::optional<std::string>> get(const std::string& key) override;
    Result<void> set(const std::string& key, const std::string& value) override;
    Result<void> erase(const std::string& key) override;

private:
    Data& data_;
};

template <class Entry>
class Settings final : public SettingStore<Entry> {
public:
    explicit Settings(Data& data) : data_(data) {}

    Result<void> set(const Entry& entry) override {
        entries().insert_or_assign(key_of(entry), entry);
        return {};
    }
    Result<std::optional<Entry>> remove(const KeyOf<Entry>& key) override {
        auto found = find(key);
        entries().erase(key);
        return found;
    }
    Result<std::optional<Entry>> find(const KeyOf<Entry>& key) override {
        const auto found = entries().find(key);
        return found != entries().end() ? std::optional<Entry>(found->second) : std::nullopt;
    }
    Result<std::vector<Entry>> all() override {
        std::vector<Entry> all;
        for (const auto& [key, entry] : entries()) {
            all.push_back(entry);
        }
        return all;
    }

private:
    auto& entries() { return std::get<std::map<KeyOf<Entry>, Entry>>(data_.settings); }
    Data& data_;
};

}  // namespace fairgate::store::memory

#include "importing/applying/apply.hpp"

#include "base/json.hpp"
#include "importing/applying/file_swap.hpp"
#include "importing/applying/people.hpp"
#include "importing/render.hpp"
#include "model/time.hpp"
#include "store/memory/store.hpp"
#include "store/sqlite/store.hpp"

#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fairgate::importing::applying {

namespace {

namespace fs = std::filesystem;

std::string folder_of(const Target& target) {
    return fs::absolute(target.sources.file).parent_path().string();
}

std::string settings_file(const Plan& plan, const std::string& folder) {
    return folder + "/conf.d/" + file_name(plan.peer);
}

/// The value that is in force for a key, as TOML; empty: as built in.
std::string in_force(const config::Loaded& loaded, const std::string& path) {
    std::string value;
    for (const config::Given& given : loaded.given) {
        if (given.path == path) {
            value = given.value;
        }
    }
    return value;
}

/// Each setting, compared with the configuration as it is; patterns are compared as they are
/// written, because they have no names.
std::vector<Difference> compare_settings(
    const Plan& plan, const std::string& folder, const config::Loaded& loaded
) {
    const bool same_file =
        bytes_of(settings_file(plan, folder)) == to_toml(plan, folder, Extent::settings);
    std::vector<Difference> all;
    for (const Carried& carried : plan.carried) {
        Difference difference{Subject::setting, carried.ours, {}, "", carried.value, carried.note};
        difference.before = in_force(loaded, carried.ours);
        const bool unnamed = carried.ours == "limits.patterns" || carried.theirs == "***";
        const bool same = unnamed ? same_file : same_file || difference.before == carried.value;
        difference.standing = same                        ? Standing::same
                              : difference.before.empty() ? Standing::created
                                                          : Standing::changed;
        all.push_back(std::move(difference));
    }
    for (const SecretFile& secret : plan.secrets) {
        const auto bytes = bytes_of(folder + "/" + secret.name);
        const bool same = bytes == secret.secret.reveal() + "\n";
        const Standing standing = same    ? Standing::same
                                  : bytes ? Standing::changed
                                          : Standing::created;
        all.push_back(
            {Subject::secret, secret.name, standing, "", "a file of its own, mode 0600", ""}
        );
    }
    return all;
}

/// Faults that are there already are not the import's.
Result<config::Loaded> load_now(const Target& target) {
    config::Loaded loaded = config::load(target.sources);
    if (loaded.faults.empty()) {
        return loaded;
    }
    Error error = loaded.faults.front();
    error.state = "Nothing was changed. The configuration must be sound before an import.";
    return error;
}

Result<std::unique_ptr<store::Store>> open_store(
    const config::Loaded& loaded, store::sqlite::Ownership ownership
) {
    const fs::path folder = loaded.settings.daemon.state_dir;
    store::sqlite::Settings settings;
    settings.path = folder / "fairgate.db";
    settings.ownership = ownership;
    std::error_code error;
    if (ownership == store::sqlite::Ownership::shared && !fs::exists(settings.path, error)) {
        return store::memory::make_store();
    }
    fs::create_directories(folder, error);
    return store::sqlite::open(settings);
}

long owner_of(const std::string& folder) {
    struct stat status{};
    return ::stat(folder.c_str(), &status) == 0 ? static_cast<long>(status.st_uid) : -1;
}

/// A database that root has made belongs to whoever the folder belongs to: the daemon.
void give_database(const std::string& folder) {
    struct stat status{};
    if (::geteuid() != 0 || ::stat(folder.c_str(), &status) != 0) {
        return;
    }
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().filename().string().starts_with("fairgate.db")) {
            (void)::lchown(entry.path().c_str(), status.st_uid, status.st_gid);
        }
    }
}

/// What is there already stays as it is, and needs no copy.
Result<void> prepare_new(
    FileSwap& files, const std::string& path, const std::string& text, Readers readers
) {
    return bytes_of(path) == text ? Result<void>() : files.prepare(path, text, readers);
}

Result<void> prepare(FileSwap& files, const Plan& plan, const std::string& folder) {
    for (const SecretFile& secret : plan.secrets) {
        const std::string path = folder + "/" + secret.name;
        auto done = prepare_new(files, path, secret.secret.reveal() + "\n", Readers::owner);
        if (!done) {
            return done;
        }
    }
    const std::string text = to_toml(plan, folder, Extent::settings);
    return prepare_new(files, settings_file(plan, folder), text, Readers::group);
}

Error not_sound(const Error& fault) {
    return {
        .code = "FG-IMP-009",
        .what = "with what is imported the configuration would not be sound: " + fault.what,
        .where = fault.where,
        .cause = fault.cause,
        .state = "Nothing was changed.",
        .next = "write it elsewhere with --out DIR, correct it there and copy it"
    };
}

/// Whether the configuration would be sound with the prepared files, read where they lie now.
Result<void> check_then(const Target& target, const Plan& plan, const FileSwap& files) {
    const std::string folder = folder_of(target);
    const auto place = [&](const std::string& name) { return files.readable(folder + "/" + name); };
    config::Sources sources = target.sources;
    sources.drop_ins[file_name(plan.peer)] = to_toml(plan, place, Extent::settings);
    const config::Loaded then = config::load(sources);
    return then.faults.empty() ? Result<void>() : Result<void>(not_sound(then.faults.front()));
}

/// What the configuration cannot say: blocks, violations, and what is left out.
std::string report(const Plan& plan, const Comparison& comparison) {
    const json::Value all = boost::json::object{
        {"peer", name_of(plan.peer)},
        {"files", json::to_json(plan.files)},
        {"carried", json::to_json(plan.carried)},
        {"left_out", json::to_json(plan.left_out)},
        {"differences", json::to_json(comparison.differences)},
        {"advice", json::to_json(plan.advice)}
    };
    return json::serialize(all, json::Layout::indented) + "\n";
}

store::AuditEntry audit_of(const Plan& plan, const Comparison& comparison, TimePoint now) {
    int changed = 0;
    for (const Difference& difference : comparison.differences) {
        changed +=
            difference.standing == Standing::created || difference.standing == Standing::changed
                ? 1
                : 0;
    }
    store::AuditEntry entry;
    entry.time = now;
    entry.who = "import " + std::string(name_of(plan.peer));
    entry.via = "cli";
    entry.action = "import";
    entry.object = name_of(plan.peer);
    entry.after = json::serialize(boost::json::object{{"changed", changed}});
    return entry;
}

}  // namespace

Result<Comparison> compare(const Plan& plan, const Target& target) {
    const auto loaded = load_now(target);
    if (!loaded) {
        return loaded.error();
    }
    auto store = open_store(*loaded, store::sqlite::Ownership::shared);
    if (!store) {
        return store.error();
    }
    auto people = put_people(**store, plan, target.now, Run::dry);
    if (!people) {
        return people.error();
    }
    Comparison comparison;
    comparison.differences = compare_settings(plan, folder_of(target), *loaded);
    comparison.differences.insert(comparison.differences.end(), people->begin(), people->end());
    return comparison;
}

Result<Comparison> apply(const Plan& plan, const Target& target) {
    const auto loaded = load_now(target);
    if (!loaded) {
        return loaded.error();
    }
    const std::string& state = loaded->settings.daemon.state_dir;
    const std::string folder = folder_of(target);
    auto store = open_store(*loaded, store::sqlite::Ownership::exclusive);
    if (!store) {
        return store.error();
    }
    Comparison comparison;
    FileSwap files(owner_of(state));
    const auto all_of_it = [&]() -> Result<void> {
        auto people = put_people(**store, plan, target.now, Run::real);
        if (!people) {
            return people.error();
        }
        comparison.differences = compare_settings(plan, folder, *loaded);
        comparison.differences.insert(comparison.differences.end(), people->begin(), people->end());
        if (!comparison.changes_something()) {
            return {};
        }
        if (auto noted = (*store)->audit().add(audit_of(plan, comparison, target.now)); !noted) {
            return noted.error();
        }
        if (auto done = prepare(files, plan, folder); !done) {
            return done;
        }
        return check_then(target, plan, files);
    };
    if (const auto done = (*store)->atomically(store::Durability::now, all_of_it); !done) {
        return done.error();
    }
    // Accounts first: without their settings they do nothing, settings without them would judge.
    if (auto done = files.put(); !done) {
        Error error = done.error();
        error.state = "Accounts were taken over, the settings were not.";
        error.next = "run the import again: it does what is missing";
        return error;
    }
    comparison.written = files.paths();
    store->reset();
    give_database(state);
    return comparison;
}

Result<Comparison> look_out(const Plan& plan, const std::string& folder) {
    const auto nothing_yet = store::memory::make_store();
    auto people = put_people(*nothing_yet, plan, TimePoint(), Run::dry);
    if (!people) {
        return people.error();
    }
    const config::Loaded none;
    Comparison comparison;
    comparison.differences = compare_settings(plan, folder + "/none", none);
    comparison.differences.insert(comparison.differences.end(), people->begin(), people->end());
    return comparison;
}

Result<Comparison> write_out(const Plan& plan, const std::string& folder) {
    auto comparison = look_out(plan, folder);
    if (!comparison) {
        return comparison.error();
    }
    FileSwap files(-1);
    const std::string absolute = fs::absolute(folder).string();
    const std::string toml = to_toml(plan, absolute, Extent::accounts_too);
    std::vector<std::pair<std::string, std::string>> all = {
        {file_name(plan.peer), toml}, {"plan.json", report(plan, *comparison)}
    };
    for (const SecretFile& secret : plan.secrets) {
        all.emplace_back(secret.name, secret.secret.reveal() + "\n");
    }
    for (const auto& [name, text] : all) {
        if (auto done = files.prepare(absolute + "/" + name, text, Readers::owner); !done) {
            return done.error();
        }
    }
    if (auto put = files.put(); !put) {
        return put.error();
    }
    comparison->written = files.paths();
    return comparison;
}

}  // namespace fairgate::importing::applying

#include "config/load.hpp"

#include "config/file.hpp"
#include "config/reading.hpp"

#include <filesystem>
#include <map>
#include <optional>

namespace fairgate::config {

namespace {

void read_file(Reading& reading, const std::string& path, Purpose purpose) {
    const auto text =
        read_whole(path, purpose == Purpose::secrets ? Readers::owner_and_group : Readers::anyone);
    if (!text) {
        reading.add_fault(text.error());
        return;
    }
    reading.add_file(path);
    reading.apply(
        read_toml(path, *text, purpose == Purpose::secrets ? Shown::keys_only : Shown::lines),
        purpose
    );
}

/// Names and, of what is not in the folder yet, texts.
std::map<std::string, std::optional<std::string>> drop_ins(
    const std::filesystem::path& directory, const Sources& sources
) {
    std::map<std::string, std::optional<std::string>> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".toml") && !name.starts_with('.')) {
            files[name] = std::nullopt;
        }
    }
    for (const auto& [name, text] : sources.drop_ins) {
        files[name] = text;
    }
    return files;
}

void read_files(Reading& reading, const Sources& sources) {
    std::error_code error;
    if (sources.file.empty()) {
        return;
    }
    const bool there = std::filesystem::exists(sources.file, error) || error;
    if (there || sources.missing == Sources::Missing::is_a_fault) {
        read_file(reading, sources.file, Purpose::daemon);
    }
    const std::filesystem::path directory = std::filesystem::path(sources.file).parent_path();
    for (const auto& [name, text] : drop_ins(directory / "conf.d", sources)) {
        const std::string file = (directory / "conf.d" / name).string();
        if (text) {
            reading.add_file(file);
            reading.apply(read_toml(file, *text, Shown::lines), Purpose::daemon);
        } else {
            read_file(reading, file, Purpose::daemon);
        }
    }
    const std::string secrets = (directory / "secrets.toml").string();
    if (std::filesystem::exists(secrets, error)) {
        read_file(reading, secrets, Purpose::secrets);
    }
}

}  // namespace

Loaded load(const Sources& sources) {
    Reading reading;
    read_files(reading, sources);
    reading.apply(sources.environment);
    for (const std::string& flag : sources.flags) {
        reading.apply_flag(flag);
    }
    return reading.finish(Purpose::daemon);
}

Loaded load_text(std::string name, std::string_view text, Purpose purpose) {
    Reading reading;
    reading.apply(read_toml(std::move(name), text), purpose);
    return reading.finish(purpose);
}

Loaded load_policy(const std::string& file) {
    Reading reading;
    read_file(reading, file, Purpose::policy);
    return reading.finish(Purpose::policy);
}

}  // namespace fairgate::config

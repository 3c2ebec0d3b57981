#include "config/load.hpp"

#include "config/file.hpp"
#include "config/reading.hpp"

#include <algorithm>
#include <filesystem>

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

std::vector<std::string> drop_ins(const std::filesystem::path& directory) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".toml") && !name.starts_with('.')) {
            files.push_back(entry.path().string());
        }
    }
    std::ranges::sort(files);
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
    for (const std::string& file : drop_ins(directory / "conf.d")) {
        read_file(reading, file, Purpose::daemon);
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

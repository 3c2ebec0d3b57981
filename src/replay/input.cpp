#include "replay/input.hpp"

#include "replay/merged_input.hpp"
#include "replay/stream_input.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace fairgate::replay {

namespace {

Error nothing_there(const std::string& path, const std::string& cause) {
    return Error{
        .code = "FG-RPL-002",
        .what = "there is no log to replay at \"" + path + "\"",
        .where = path,
        .cause = cause,
        .state = "nothing was replayed"
    };
}

/// The files a path stands for: itself, or those in a folder, by name.
Result<std::vector<std::string>> files_of(const std::string& path) {
    std::error_code error;
    if (path == "-" || !std::filesystem::is_directory(path, error)) {
        return std::vector<std::string>{path};
    }
    std::vector<std::string> files;
    for (auto it = std::filesystem::directory_iterator(path, error);
         !error && it != std::filesystem::directory_iterator();
         it.increment(error)) {
        if (it->is_regular_file(error) && !it->path().filename().string().starts_with('.')) {
            files.push_back(it->path().string());
        }
    }
    if (error) {
        return nothing_there(path, error.message());
    }
    if (files.empty()) {
        return nothing_there(path, "the folder holds no files");
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace

void Block::make_room(std::size_t bytes) {
    if (capacity < bytes) {
        // NOLINTNEXTLINE(modernize-avoid-c-arrays): how unique_ptr says that it holds an array
        memory = std::make_unique_for_overwrite<char[]>(bytes);
        capacity = bytes;
    }
}

Result<std::unique_ptr<Input>> open_input(const std::vector<std::string>& paths) {
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        auto found = files_of(path);
        if (!found) {
            return found.error();
        }
        files.insert(files.end(), found->begin(), found->end());
    }
    if (files.empty()) {
        return nothing_there("", "no file was named");
    }
    if (files.size() == 1) {
        return open_single(files[0]);
    }
    return open_merged(files);
}

}  // namespace fairgate::replay

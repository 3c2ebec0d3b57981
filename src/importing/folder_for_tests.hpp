#pragma once

#include "importing/read.hpp"
#include "model/time.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace fairgate::importing {

/// A folder with the files of another tool, gone after the test.
class Folder {
public:
    Folder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "fairgate-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, std::string_view text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    std::string path() const { return path_.string(); }
    Plan read(Peer peer) const {
        Around around;
        around.now = *parse_rfc3339("2026-03-01T12:00:00Z");
        return read_plan(peer, {path_.string()}, around);
    }

private:
    std::filesystem::path path_;
};

}  // namespace fairgate::importing

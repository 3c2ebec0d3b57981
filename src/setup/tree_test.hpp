#pragma once

#include "setup/root.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace fairgate::setup {

/// A folder that goes with the test.
class Tree {
public:
    Tree() {
        std::string name =
            (std::filesystem::temp_directory_path() / "fairgate-setup-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~Tree() {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    std::string read(const std::string& name) const {
        std::ifstream file(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    Root root() const { return Root(folder_); }

private:
    std::filesystem::path folder_;
};

inline constexpr TimePoint a_day{std::chrono::seconds{1'785'960'000}};

}  // namespace fairgate::setup

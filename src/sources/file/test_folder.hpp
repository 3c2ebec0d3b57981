#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace fairgate::sources::file {

/// A folder of real files for a test, gone afterwards.
class TestFolder {
public:
    TestFolder() {
        std::string made = (std::filesystem::temp_directory_path() / "fairgate-XXXXXX").string();
        if (mkdtemp(made.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), made);
        }
        path_ = made;
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    std::string path(const std::string& name) const { return (path_ / name).string(); }

    void append(const std::string& name, const std::string& text) const {
        std::ofstream(path(name), std::ios::app) << text;
    }
    void rename(const std::string& from, const std::string& to) const {
        std::filesystem::rename(path(from), path(to));
    }
    void copy(const std::string& from, const std::string& to) const {
        std::filesystem::copy_file(path(from), path(to));
    }
    void truncate(const std::string& name) const { std::filesystem::resize_file(path(name), 0); }
    void remove(const std::string& name) const { std::filesystem::remove(path(name)); }
    bool has(const std::string& name) const { return std::filesystem::exists(path(name)); }

    /// access.log.2 to .3, .1 to .2, and `name` away to make room for a new .1.
    void make_room(const std::string& name) const {
        int last = 1;
        while (has(name + "." + std::to_string(last))) {
            ++last;
        }
        for (; last > 1; --last) {
            rename(name + "." + std::to_string(last - 1), name + "." + std::to_string(last));
        }
    }

private:
    std::filesystem::path path_;
};

inline std::vector<std::string> split_lines(const std::string& bytes) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (std::size_t end = bytes.find('\n'); end != std::string::npos;
         start = end + 1, end = bytes.find('\n', start)) {
        lines.push_back(bytes.substr(start, end - start));
    }
    return lines;
}

}  // namespace fairgate::sources::file

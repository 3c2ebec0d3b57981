#include "config/file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fairgate::config {

namespace {

// A hundred thousand accounts with their own limit are 3 MB.
constexpr std::size_t largest_file = 64U << 20U;

Error cannot_read(const std::string& file, const std::string& cause) {
    return {
        .code = "FG-CFG-001",
        .what = "cannot read the configuration",
        .where = file,
        .cause = cause,
        .next = "see that the file is there and that you may read it"
    };
}

/// What is wrong with a file of secrets that others may read.
std::optional<Error> open_to_others(const std::string& file, const struct stat& status) {
    if ((status.st_mode & (S_IROTH | S_IWOTH)) == 0) {
        return std::nullopt;
    }
    return Error{
        .code = "FG-CFG-012",
        .what = "everyone on this machine can read these secrets",
        .where = file,
        .next = "chmod 0640 " + file
    };
}

class File {
public:
    explicit File(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace

Result<std::string> read_whole(const std::string& path, Readers readers) {
    const File file(path);
    struct stat status{};
    if (file.descriptor() < 0 || ::fstat(file.descriptor(), &status) != 0) {
        return cannot_read(path, std::generic_category().message(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        return cannot_read(path, "it is a directory");
    }
    if (readers == Readers::owner_and_group) {
        if (auto fault = open_to_others(path, status)) {
            return *fault;
        }
    }
    std::string text;
    std::array<char, 65536> buffer{};
    while (true) {
        const ::ssize_t count = ::read(file.descriptor(), buffer.data(), buffer.size());
        if (count < 0) {
            return cannot_read(path, std::generic_category().message(errno));
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (count == 0) {
            return text;
        }
        if (text.size() > largest_file) {
            return cannot_read(path, "it is larger than 64 MiB");
        }
    }
}

Result<std::string> read_secret(const std::string& path) {
    auto text = read_whole(path, Readers::owner_and_group);
    if (!text) {
        return text;
    }
    while (text->ends_with('\n') || text->ends_with('\r')) {
        text->pop_back();
    }
    if (text->empty()) {
        return Error{
            .code = "FG-CFG-009",
            .what = "this file should hold a secret and is empty",
            .where = path
        };
    }
    return text;
}

}  // namespace fairgate::config

#include "importing/archive.hpp"

#include "importing/errors.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <minizip/unzip.h>
#include <type_traits>

namespace fairgate::importing {

namespace {

constexpr std::size_t most_files = 1000;
constexpr std::size_t most_bytes = 256U << 20U;  // a bomb unpacks to more

struct Close {
    void operator()(void* archive) const { unzClose(archive); }
};
using Archive = std::unique_ptr<std::remove_pointer_t<unzFile>, Close>;

/// What is wrong, or "".
std::string read_bytes(unzFile archive, std::size_t left, std::string& bytes) {
    if (unzOpenCurrentFile(archive) != UNZ_OK) {
        return "a file in it cannot be opened";
    }
    std::array<char, 65536> buffer{};
    int got = 0;
    while ((got = unzReadCurrentFile(archive, buffer.data(), buffer.size())) > 0) {
        bytes.append(buffer.data(), static_cast<std::size_t>(got));
        if (bytes.size() > left) {
            unzCloseCurrentFile(archive);
            return "it unpacks to more than 256 MiB";
        }
    }
    const bool sound = unzCloseCurrentFile(archive) == UNZ_OK;  // says whether the sum is right
    return got < 0 || !sound ? "it is damaged" : "";
}

/// The file the archive stands at. What is wrong, or "".
std::string read_member(unzFile archive, std::size_t left, ArchiveMember& member) {
    unz_file_info64 about{};
    std::array<char, 4096> name{};
    const int told = unzGetCurrentFileInfo64(
        archive, &about, name.data(), name.size() - 1, nullptr, 0, nullptr, 0
    );
    if (told != UNZ_OK) {
        return "it is damaged";
    }
    if ((about.flag & 1U) != 0) {
        return "it is encrypted";
    }
    member.path = name.data();
    if (member.path.ends_with('/')) {
        return "";
    }
    if (about.uncompressed_size > left) {  // what it says; what it holds is counted as well
        return "it unpacks to more than 256 MiB";
    }
    // No more for its word alone: a thousand members may each claim all there is.
    member.bytes.reserve(std::min<std::size_t>(about.uncompressed_size, 1U << 20U));
    return read_bytes(archive, left, member.bytes);
}

}  // namespace

Result<std::vector<ArchiveMember>> read_archive(const std::string& file) {
    const Archive archive(unzOpen64(file.c_str()));
    if (!archive) {
        return errors::bad_archive(file, "it is no zip archive, or it ends too early");
    }
    std::vector<ArchiveMember> members;
    std::size_t total = 0;
    for (int at = unzGoToFirstFile(archive.get()); at == UNZ_OK;
         at = unzGoToNextFile(archive.get())) {
        ArchiveMember member;
        const std::string trouble = read_member(archive.get(), most_bytes - total, member);
        if (!trouble.empty()) {
            return errors::bad_archive(file + ": " + member.path, trouble);
        }
        total += member.bytes.size();
        if (!member.path.ends_with('/')) {
            members.push_back(std::move(member));
        }
        if (members.size() > most_files) {
            return errors::bad_archive(file, "it holds more than 1000 files");
        }
    }
    if (members.empty()) {
        return errors::bad_archive(file, "there is no file in it");
    }
    return members;
}

}  // namespace fairgate::importing

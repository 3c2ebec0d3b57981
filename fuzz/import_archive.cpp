// A backup archive is refused, or unpacks to members within the bounds.
#include "importing/archive.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace fairgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int file = ::memfd_create("archive", MFD_CLOEXEC);
    const bool written =
        ::ftruncate(file, 0) == 0 && ::pwrite(file, data, size, 0) == static_cast<ssize_t>(size);
    if (!written) {
        std::abort();
    }
    const auto members = importing::read_archive("/proc/self/fd/" + std::to_string(file));
    if (!members) {
        if (members.error().code != "FG-IMP-005") {
            std::abort();
        }
        return 0;
    }
    std::size_t total = 0;
    for (const importing::ArchiveMember& member : *members) {
        total += member.bytes.size();
    }
    if (members->empty() || members->size() > 1001 || total > (256U << 20U) + 65536U) {
        std::abort();
    }
    return 0;
}

#include "base/memory.hpp"

#include <cstddef>
#include <cstdint>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace fairgate {

namespace {

/// Parts that are mapped from the file and were never writable hold nothing but the file's bytes.
/// A part with relocations is writable at first, whatever it is later, so it is left alone.
int release_parts(dl_phdr_info* object, std::size_t, void* page_size) {
    const auto page = *static_cast<const std::uintptr_t*>(page_size);
    for (ElfW(Half) i = 0; i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr)& part = object->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0) {
            continue;
        }
        const std::uintptr_t begin = (object->dlpi_addr + part.p_vaddr) & ~(page - 1);
        const std::uintptr_t end = object->dlpi_addr + part.p_vaddr + part.p_memsz;
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells addresses as numbers
        madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

void release_unused_memory() {
    malloc_trim(0);
    auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    dl_iterate_phdr(release_parts, &page);
}

}  // namespace fairgate

#pragma once

namespace fairgate {

/// Gives back the memory that only the start of a program needed: freed heap, and the pages of its
/// own unchanging code and constants, which come back from the page cache when they are used again.
/// Takes about a millisecond; any thread may call it at any time.
void release_startup_memory();

}  // namespace fairgate

#pragma once

namespace fairgate {

/// Gives back the memory that a burst of work needed (the start, reading all accounts): freed heap,
/// and the pages of the program's unchanging code and constants, which come back from the page
/// cache when they are used again. Takes about a millisecond; any thread may call it at any time.
void release_unused_memory();

}  // namespace fairgate

// The one file that compiles toml++'s own code (TOML_HEADER_ONLY=0).
// Its parser judges what it has asserted before: "[(" gets there and is a fault like any other
// (3.3.0). With NDEBUG the compiler might assume instead that it never does.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>

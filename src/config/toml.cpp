// The one file that compiles toml++'s own code (TOML_HEADER_ONLY=0). Two of its habits (3.3.0) are
// changed here, because the text is anybody's. parse_key() judges what it has asserted before, "[("
// gets there, and with NDEBUG the compiler might assume that it does not. And the test for white
// space takes for unreachable what letters such as U+0318 reach.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#define TOML_IMPLEMENTATION
#include <toml++/impl/forward_declarations.h>
#pragma push_macro("TOML_UNREACHABLE")
#undef TOML_UNREACHABLE
// clang-format off
#define TOML_UNREACHABLE return {}
// clang-format on
#include <toml++/impl/unicode.h>
#pragma pop_macro("TOML_UNREACHABLE")
#include <toml++/toml.h>

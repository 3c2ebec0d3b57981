#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate {

/// A program to run: never through a shell, so that no argument can be more than an argument.
struct ProgramCall {
    std::vector<std::string> arguments;  ///< the first names the program: see find_program()
    std::string input = {};              ///< what it reads
    std::chrono::milliseconds deadline = std::chrono::seconds(20);
    std::size_t most_output = std::size_t{4} << 20U;  ///< bytes, of output and of errors
};

struct ProgramEnd {
    int status = 0;  ///< its exit status; 128 and the signal's number when one ended it
    std::string output;
    std::string errors;
};

/// Where a program is: a path stays, a name is looked for in the system's folders (sbin and bin of
/// /usr, / and /usr/local) whatever PATH says. FG-RUN-001.
Result<std::string> find_program(std::string_view name);

/// Runs it, in the calling thread's namespaces and with an environment of its own (PATH, and
/// LC_ALL=C so that its words can be read), and waits: call it where waiting is fine. When it is
/// over its deadline or says too much, it and what it started are killed. FG-RUN-001 to -004.
/// Whatever status it ends with is no error here.
Result<ProgramEnd> run_program(const ProgramCall& call);

}  // namespace fairgate

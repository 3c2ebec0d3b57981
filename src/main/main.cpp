#include "cli/run.hpp"

int main(int argc, char** argv) {
    fairgate::cli::Programs programs;
    return fairgate::cli::run(
        {argv + 1, argv + argc}, fairgate::cli::this_process(std::move(programs))
    );
}

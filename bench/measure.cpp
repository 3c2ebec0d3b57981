// measure CORES FILE COMMAND...: runs a command on these cores ("0" or "0,1") and writes what it
// took to FILE: {"wall":s,"cpu":s,"peak":bytes}. A program of its own because a child's peak memory
// starts from that of the process it was started by (Linux fs/exec.c), and Python is large.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

cpu_set_t cores_of(const char* text) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    while (*text != '\0') {
        char* end = nullptr;
        CPU_SET(std::strtoul(text, &end, 10), &cores);
        text = *end == ',' ? end + 1 : end;
    }
    return cores;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

int main(int count, char** words) {
    if (count < 4) {
        std::fputs("usage: measure CORES FILE COMMAND...\n", stderr);
        return 2;
    }
    const cpu_set_t cores = cores_of(words[1]);
    sched_setaffinity(0, sizeof(cores), &cores);
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child == 0) {
        execv(words[3], words + 3);
        std::perror(words[3]);
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        std::perror("measure");
        return 1;
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    std::FILE* const file = std::fopen(words[2], "w");
    if (file == nullptr) {
        std::perror(words[2]);
        return 1;
    }
    std::fprintf(
        file,
        "{\"wall\":%.6f,\"cpu\":%.6f,\"peak\":%ld}\n",
        wall.count(),
        seconds(usage.ru_utime) + seconds(usage.ru_stime),
        usage.ru_maxrss * 1024
    );
    std::fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// Preloaded into a daemon under test: its wall clock is ahead by the seconds in the file that
// FAIRGATE_TEST_CLOCK names. What counts since the boot is not touched.
#define _GNU_SOURCE  // NOLINT(bugprone-reserved-identifier): how glibc is asked for syscall()
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long ahead(void) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets one while it runs
    const char* file = getenv("FAIRGATE_TEST_CLOCK");
    char text[32] = {0};
    const int descriptor = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0) {
        return 0;
    }
    const ssize_t size = read(descriptor, text, sizeof(text) - 1);
    close(descriptor);
    return size > 0 ? strtol(text, NULL, 10) : 0;
}

int clock_gettime(clockid_t clock, struct timespec* time) {
    const long done = syscall(SYS_clock_gettime, clock, time);
    if (done == 0 && clock == CLOCK_REALTIME) {
        time->tv_sec += ahead();
    }
    return (int)done;
}

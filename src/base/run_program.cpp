#include "base/run_program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fairgate {

namespace {

using Instant = std::chrono::steady_clock::time_point;

// The superuser's first: some systems keep an older tool of the same name elsewhere.
constexpr std::array folders = {
    "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", "/usr/local/sbin/", "/usr/local/bin/"
};

class Pipe {
public:
    explicit Pipe(int number = -1) : number_(number) {}
    Pipe(Pipe&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Pipe& operator=(Pipe&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() { close(); }
    void close() {
        if (number_ >= 0) {
            ::close(std::exchange(number_, -1));
        }
    }
    int get() const { return number_; }

private:
    int number_;
};

Error not_there(std::string_view name) {
    return Error{
        .code = "FG-RUN-001",
        .what = "the program " + std::string(name) + " is not installed",
        .state = "nothing was done",
        .next = "install it, or choose another way in the configuration"
    };
}

Error not_started(const std::string& program, int number) {
    return Error{
        .code = "FG-RUN-002",
        .what = "the program cannot be started",
        .where = program,
        .cause = std::generic_category().message(number),
        .state = "nothing was done",
        .next = "fairgate doctor"
    };
}

Error stopped(const ProgramCall& call, std::string code, std::string what) {
    std::string line;
    for (const std::string& argument : call.arguments) {
        line += (line.empty() ? "" : " ") + argument;
    }
    constexpr std::size_t longest = 200;
    return Error{
        .code = std::move(code),
        .what = std::move(what),
        .where = line.substr(0, longest),
        .state = "it was killed; it is not known what it has done",
        .next = "run it by hand to see what it waits for"
    };
}

/// posix_spawn's orders, freed with their owner.
class Orders {
public:
    Orders() {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
    }
    Orders(const Orders&) = delete;
    Orders& operator=(const Orders&) = delete;
    ~Orders() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }

    int spawn(
        const std::string& program, const ProgramCall& call, std::array<int, 3> ends, pid_t& child
    ) {
        for (int number = 0; number < 3; ++number) {
            posix_spawn_file_actions_adddup2(
                &actions_, ends.at(static_cast<std::size_t>(number)), number
            );
        }
        // A group of its own, so that what it starts can be killed with it; and no signal of ours
        // blocked or ignored.
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        );
        std::vector<std::string> arguments = call.arguments;
        std::vector<char*> words;
        words.reserve(arguments.size() + 1);
        for (std::string& argument : arguments) {
            words.push_back(argument.data());
        }
        words.push_back(nullptr);
        std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        std::string language = "LC_ALL=C";
        std::array<char*, 3> environment = {path.data(), language.data(), nullptr};
        return posix_spawn(
            &child, program.c_str(), &actions_, &attributes_, words.data(), environment.data()
        );
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

/// A started program with our ends of its pipes.
class Child {
public:
    Child(const ProgramCall& call, pid_t process, Pipe input, Pipe output, Pipe errors)
        : call_(call),
          process_(process),
          ended_(static_cast<int>(::syscall(SYS_pidfd_open, process, 0))),
          input_(std::move(input)),
          output_(std::move(output)),
          errors_(std::move(errors)),
          until_(std::chrono::steady_clock::now() + call.deadline) {}

    Result<ProgramEnd> wait() {
        write_some();
        while (true) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                until_ - std::chrono::steady_clock::now()
            );
            if (left.count() <= 0) {
                kill_all();
                return stopped(call_, "FG-RUN-003", "a program took too long");
            }
            std::array<pollfd, 4> looked_at = {
                pollfd{ended_.get(), POLLIN, 0},
                pollfd{output_.get(), POLLIN, 0},
                pollfd{errors_.get(), POLLIN, 0},
                pollfd{input_.get(), POLLOUT, 0}
            };
            ::poll(looked_at.data(), looked_at.size(), static_cast<int>(left.count()));
            if (looked_at[3].revents != 0) {
                write_some();
            }
            read_some(output_, end_.output);
            read_some(errors_, end_.errors);
            if (end_.output.size() + end_.errors.size() > call_.most_output) {
                kill_all();
                return stopped(call_, "FG-RUN-004", "a program says more than is plausible");
            }
            if (looked_at[0].revents != 0) {
                return reap();
            }
        }
    }

private:
    void write_some() {
        while (input_.get() >= 0) {
            if (written_ == call_.input.size()) {
                input_.close();
                return;
            }
            const auto count = ::send(
                input_.get(),
                call_.input.data() + written_,
                call_.input.size() - written_,
                MSG_NOSIGNAL | MSG_DONTWAIT
            );
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
                return;
            }
            if (count < 0) {
                input_.close();  // it does not want to read it
                return;
            }
            written_ += static_cast<std::size_t>(count);
        }
    }

    void read_some(Pipe& from, std::string& into) const {
        std::array<char, 16384> piece{};
        while (from.get() >= 0 && into.size() <= call_.most_output) {
            const auto count = ::read(from.get(), piece.data(), piece.size());
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
                return;
            }
            if (count <= 0) {
                from.close();
                return;
            }
            into.append(piece.data(), static_cast<std::size_t>(count));
        }
    }

    Result<ProgramEnd> reap() {
        // What it wrote last is in the pipes; a child it left behind may hold them open for ever.
        read_some(output_, end_.output);
        read_some(errors_, end_.errors);
        int status = 0;
        ::waitpid(process_, &status, 0);
        constexpr int signalled = 128;
        end_.status = WIFEXITED(status) ? WEXITSTATUS(status) : signalled + WTERMSIG(status);
        return std::move(end_);
    }

    void kill_all() {
        ::kill(-process_, SIGKILL);
        // One that hangs in the kernel is not waited for.
        constexpr int a_second = 1000;
        pollfd ended{ended_.get(), POLLIN, 0};
        ::poll(&ended, 1, a_second);
        ::waitpid(process_, nullptr, WNOHANG);
    }

    const ProgramCall& call_;
    pid_t process_;
    Pipe ended_;
    Pipe input_;
    Pipe output_;
    Pipe errors_;
    Instant until_;
    std::size_t written_ = 0;
    ProgramEnd end_;
};

/// Ours and the program's.
using Ends = std::pair<Pipe, Pipe>;

Ends make_output() {
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    }
    return {Pipe(ends[0]), Pipe(ends[1])};
}

/// A socket, because a pipe that nobody reads ends the writer.
Ends make_input() {
    std::array<int, 2> ends = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        ends = {-1, -1};
    }
    return {Pipe(ends[0]), Pipe(ends[1])};
}

}  // namespace

Result<std::string> find_program(std::string_view name) {
    const bool is_path = name.find('/') != std::string_view::npos;
    for (const char* folder : folders) {
        std::string path = is_path ? std::string(name) : folder + std::string(name);
        struct stat status{};
        if (!name.empty() && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
            ::access(path.c_str(), X_OK) == 0) {
            return path;
        }
    }
    return not_there(name);
}

Result<ProgramEnd> run_program(const ProgramCall& call) {
    auto program = find_program(call.arguments.empty() ? "" : call.arguments.front());
    if (!program) {
        return program.error();
    }
    auto [write_end, input] = make_input();
    auto [read_end, output] = make_output();
    auto [error_end, errors] = make_output();
    if (input.get() < 0 || output.get() < 0 || errors.get() < 0) {
        return not_started(*program, errno);
    }
    pid_t child = 0;
    Orders orders;
    const int failed =
        orders.spawn(*program, call, {input.get(), output.get(), errors.get()}, child);
    if (failed != 0) {
        return not_started(*program, failed);
    }
    input.close();
    output.close();
    errors.close();
    return Child(call, child, std::move(write_end), std::move(read_end), std::move(error_end))
        .wait();
}

}  // namespace fairgate

import type { Scope } from './scope.ts'

/** How much memory a program needs for what it moves, in bytes. */
export interface Sizes {
  readonly written: number
  readonly read: number
}

/** What programs in C are made of, each under the name that it defines; they take only what they use. */
export function partsOf(scope: Scope, sizes: Sizes): Readonly<Record<string, string>> {
  return {
    ...memory(scope, sizes),
    ...reporting(scope),
    ...telling(scope),
    ...opening,
    ...moving,
    ...changing,
    ...threads,
    ...processes,
  }
}

function memory(scope: Scope, { written, read }: Sizes): Record<string, string> {
  const own = scope.has('thread') ? '_Thread_local ' : ''
  return {
    text: `static ${own}char text[8192]; // an outcome in words`,
    known: `static struct { const char *name; bool closed; } known[1024]; // by its number`,
    bytes: `static char bytes[${written}];`,
    buffer: `static char buffer[${read}];`,
    exhausted: 'static int exhausted[1024], exhausted_to;',
    exhausted_from: 'static int exhausted_from;',
    endless: 'static const long endless = 16 << 20; // bytes, as /dev/zero never ends',
  }
}

function reporting(scope: Scope): Record<string, string> {
  // One number has two names, and the C library tells the other one.
  const name = scope.has('sendoob', 'recvoob')
    ? 'error == EOPNOTSUPP ? "ENOTSUP" : strerrorname_np(error)'
    : 'strerrorname_np(error)'
  return {
    say: String.raw`
static void say(const char *op, const char *outcome) {
    printf("%-${scope.width}s -> %s\n", op, outcome);
}`,
    name_of: `
static const char *name_of(int error) {
    return ${name};
}`,
    ok: `
static const char *ok(long result) {
    return result < 0 ? name_of(errno) : "ok";
}`,
    number: `
static const char *number(long result) {
    if (result < 0) return name_of(errno);
    snprintf(text, sizeof text, "%ld", result);
    return text;
}`,
    named: `
// Remembers a descriptor's name: events carry its number.
static int named(const char *name, int fd) {
    if (fd >= 0) {
        known[fd].name = name;
        known[fd].closed = false;
    }
    return fd;
}`,
    opened: `
static int opened(const char *op, const char *name, int fd) {
    say(op, ok(fd));
    return named(name, fd);
}`,
    opened_two: `
static void opened_two(const char *op, const char *one, const char *other, int both[2], int result) {
    say(op, ok(result));
    if (result < 0) both[0] = both[1] = -1;
    named(one, both[0]);
    named(other, both[1]);
}`,
  }
}

function rowsOf(flags: readonly string[]): string {
  const perRow = 4
  const rows = flags.flatMap((_, i) =>
    i % perRow === 0 ? [flags.slice(i, i + perRow).join(', ')] : [],
  )
  return rows.join(',\n        ')
}

function telling(scope: Scope): Record<string, string> {
  const flags = scope.flags.map(flag => `{${flag === 'NVAL' ? '' : 'E'}POLL${flag}, "${flag}"}`)
  return {
    events_of: String.raw`
// Events in words: r:IN|HUP, w:OUT.
static const char *events_of(const struct epoll_event *ready, int count) {
    static const struct { uint32_t bit; const char *name; } flags[] = {
        ${rowsOf(flags)},
    };
    if (count < 0) return name_of(errno);
    if (count == 0) return "nothing";
    FILE *out = fmemopen(text, sizeof text, "w");
    for (int i = 0; i < count; i++) {
        int fd = ready[i].data.fd;
        if (i > 0) fprintf(out, ", ");
        if (known[fd].name == NULL) fprintf(out, "fd %d:", fd);
        else fprintf(out, "%s%s:", known[fd].name, known[fd].closed ? "(closed)" : "");
        const char *before = "";
        for (size_t f = 0; f < sizeof flags / sizeof flags[0]; f++) {
            if ((ready[i].events & flags[f].bit) == 0) continue;
            fprintf(out, "%s%s", before, flags[f].name);
            before = "|";
        }
        if (*before == '\0') fprintf(out, "0");
    }
    fclose(out);
    return text;
}`,
    waited: `
static const char *waited(int epoll, int most, int ms) {
    struct epoll_event ready[64];
    return events_of(ready, epoll_wait(epoll, ready, most, ms));
}`,
    control: `
static const char *control(int epoll, int op, int fd, uint32_t mask) {
    struct epoll_event event = {.events = mask, .data.fd = fd};
    return ok(epoll_ctl(epoll, op, fd, &event));
}`,
    spin: `
// Waits again and again without handling anything: how often it woke.
static const char *spin(int epoll, int ms) {
    struct epoll_event ready[64];
    struct timespec now, end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += ms * 1000000L;
    long woken = 0, left = ms;
    while (left > 0) {
        if (epoll_wait(epoll, ready, 64, left) > 0) woken++;
        clock_gettime(CLOCK_MONOTONIC, &now);
        left = (end.tv_sec - now.tv_sec) * 1000 + (end.tv_nsec - now.tv_nsec + 999999) / 1000000;
    }
    return number(woken);
}`,
    polled: `
// poll(2): what is ready now.
static const char *polled(const int *fds, int count) {
    struct pollfd polled[64];
    struct epoll_event ready[64];
    int ready_count = 0;
    for (int i = 0; i < count; i++)
        polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN | POLLOUT | POLLRDHUP};
    if (poll(polled, count, 0) < 0) return name_of(errno);
    for (int i = 0; i < count; i++)
        if (polled[i].revents != 0)
            ready[ready_count++] =
                (struct epoll_event){.events = polled[i].revents, .data.fd = fds[i]};
    return events_of(ready, ready_count);
}`,
    selected: `
// select(2): what is ready now, with the bits that epoll has for it.
static const char *selected(const int *fds, int count) {
    fd_set readable, writable, exceptional;
    struct epoll_event ready[64];
    int ready_count = 0, most = 0;
    FD_ZERO(&readable);
    for (int i = 0; i < count; i++) {
        FD_SET(fds[i], &readable);
        if (fds[i] > most) most = fds[i];
    }
    writable = exceptional = readable;
    struct timeval now = {0, 0};
    if (select(most + 1, &readable, &writable, &exceptional, &now) < 0) return name_of(errno);
    for (int i = 0; i < count; i++) {
        uint32_t mask = (FD_ISSET(fds[i], &readable) ? EPOLLIN : 0) |
                        (FD_ISSET(fds[i], &exceptional) ? EPOLLPRI : 0) |
                        (FD_ISSET(fds[i], &writable) ? EPOLLOUT : 0);
        if (mask != 0)
            ready[ready_count++] = (struct epoll_event){.events = mask, .data.fd = fds[i]};
    }
    return events_of(ready, ready_count);
}`,
  }
}

const opening: Readonly<Record<string, string>> = {
  loopback: `
// Loopback, at a port that the kernel chooses.
static struct sockaddr_in loopback(void) {
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}`,
  address_of: `
static struct sockaddr_in address_of(int fd) {
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    getsockname(fd, (struct sockaddr *)&address, &size);
    return address;
}`,
  connect_to: `
static int connect_to(int fd, struct sockaddr_in address) {
    return connect(fd, (struct sockaddr *)&address, sizeof address);
}`,
  bound: `
static int bound(int type) {
    struct sockaddr_in address = loopback();
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0) bind(fd, (struct sockaddr *)&address, sizeof address);
    return fd;
}`,
  listening: `
static int listening(int backlog) {
    int fd = bound(SOCK_STREAM);
    if (fd >= 0) listen(fd, backlog);
    return fd;
}`,
  sharing: `
// A listener with SO_REUSEPORT: others may have the same address, and share what comes.
static int sharing(int backlog, struct sockaddr_in address) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int));
    bind(fd, (struct sockaddr *)&address, sizeof address);
    listen(fd, backlog);
    return fd;
}`,
  tcp: `
// A connection over loopback: client and server, both non-blocking.
static int tcp(int both[2]) {
    both[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int listener = bound(SOCK_STREAM);
    if (both[0] < 0 || listener < 0) return -1;
    listen(listener, 1);
    connect_to(both[0], address_of(listener));
    both[1] = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    fcntl(both[0], F_SETFL, O_NONBLOCK);
    close(listener);
    return both[1] < 0 ? -1 : 0;
}`,
  udp: `
// Two sockets on loopback, each connected to the other.
static int udp(int both[2]) {
    both[0] = bound(SOCK_DGRAM);
    both[1] = bound(SOCK_DGRAM);
    if (both[0] < 0 || both[1] < 0) return -1;
    connect_to(both[0], address_of(both[1]));
    return connect_to(both[1], address_of(both[0]));
}`,
  timer: `
static int timer(int first_ms, int every_ms) {
    struct itimerspec times = {
        .it_value = {first_ms / 1000, first_ms % 1000 * 1000000L},
        .it_interval = {every_ms / 1000, every_ms % 1000 * 1000000L},
    };
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd >= 0) timerfd_settime(fd, 0, &times, NULL);
    return fd;
}`,
  exhaust: `
// Opens descriptors until the kernel refuses.
static const char *exhaust(void) {
    int fd;
    while ((fd = eventfd(0, EFD_CLOEXEC)) >= 0) exhausted[exhausted_to++] = fd;
    return ok(fd);
}`,
  release_some: `
// Closes those again, or so many of them.
static const char *release_some(int most) {
    int freed = 0;
    for (; freed < most && exhausted_from < exhausted_to; freed++) close(exhausted[exhausted_from++]);
    return number(freed);
}`,
}

const moving: Readonly<Record<string, string>> = {
  counted: `
// What an eventfd or a timerfd has counted.
static const char *counted(int fd) {
    uint64_t count = 0;
    return number(read(fd, &count, sizeof count) < 0 ? -1 : (long)count);
}`,
  moved: `
static const char *moved(long total, const char *end) {
    snprintf(text, sizeof text, "%ld, then %s", total, end);
    return text;
}`,
  fill: `
// Writes until the kernel takes no more.
static const char *fill(int fd, const void *data, size_t size) {
    long total = 0;
    while (total < endless) {
        ssize_t count = write(fd, data, size);
        if (count < 0) return moved(total, name_of(errno));
        total += count;
    }
    return number(total);
}`,
  drain: `
// Reads until nothing is left.
static const char *drain(int fd, size_t each) {
    long total = 0;
    while (total < endless) {
        ssize_t count = read(fd, buffer, each);
        if (count < 0) return moved(total, name_of(errno));
        if (count == 0) return moved(total, "0");
        total += count;
    }
    return number(total);
}`,
  send_file: `
// sendfile(2) of a fresh file of so many bytes.
static const char *send_file(int fd, long size) {
    FILE *file = tmpfile();
    if (file == NULL || ftruncate(fileno(file), size) < 0) return name_of(errno);
    const char *outcome = number(sendfile(fd, fileno(file), NULL, size));
    fclose(file);
    return outcome;
}`,
  how_many: `
static const char *how_many(int fd, unsigned long request) {
    int count = 0;
    return number(ioctl(fd, request, &count) < 0 ? -1 : count);
}`,
  error_of: `
// The error that waits in a socket: asking takes it.
static const char *error_of(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return name_of(errno);
    return error == 0 ? "0" : name_of(error);
}`,
}

const changing: Readonly<Record<string, string>> = {
  close_named: `
// Closes, and remembers whose number it was: events may still come under it.
static int close_named(int fd) {
    int result = close(fd);
    if (result == 0) known[fd].closed = true;
    return result;
}`,
  reset: `
// Closes without a goodbye: SO_LINGER with no time sends a reset.
static int reset(int fd) {
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    return close_named(fd);
}`,
}

const threads: Readonly<Record<string, string>> = {
  thread: `
// A thread that makes one call, in which it may sleep in the kernel.
struct thread {
    pthread_t id;
    const char *(*call)(void);
    atomic_int tid; // 0 until it is about to make its call
    atomic_bool back;
    char outcome[8192];
};`,
  thread_main: `
static void *thread_main(void *argument) {
    struct thread *thread = argument;
    thread->tid = gettid();
    snprintf(thread->outcome, sizeof thread->outcome, "%s", thread->call());
    thread->back = true;
    return NULL;
}`,
  sleeps: `
// Whether the kernel says that it sleeps.
static bool sleeps(struct thread *thread) {
    char path[64], state = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread->tid);
    FILE *file = thread->tid == 0 ? NULL : fopen(path, "r");
    if (file == NULL) return false;
    int found = fscanf(file, "%*d (%*[^)]) %c", &state);
    fclose(file);
    return found == 1 && state == 'S';
}`,
  start: `
static void start(struct thread *thread, const char *op, const char *(*call)(void)) {
    thread->call = call;
    pthread_create(&thread->id, NULL, thread_main, thread);
    while (!thread->back && !sleeps(thread)) usleep(1000);
    say(op, thread->back ? "back" : "blocked");
}`,
  result_of: `
static const char *result_of(struct thread *thread, int ms) {
    for (int i = 0; i < ms && !thread->back; i++) usleep(1000);
    return thread->back ? thread->outcome : "blocked";
}`,
}

const processes: Readonly<Record<string, string>> = {
  process: `
// A child by fork, which does an operation each time that it is asked.
struct process {
    pid_t pid;
    int link;
};`,
  keep: `
// A child of fork has all descriptors; those that it is not to keep lead nowhere now.
static void keep(const int *keeps, int count) {
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 1024; fd++) {
        bool keeps_it = known[fd].name == NULL;
        for (int i = 0; i < count; i++) keeps_it |= keeps[i] == fd;
        if (keeps_it) continue;
        dup2(nowhere, fd);
        known[fd].name = NULL;
    }
    close(nowhere);
}`,
  forked: `
static struct process forked(const char *op, const int *keeps, int count) {
    int both[2];
    char ready;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) < 0) exit(1);
    struct process process = {.pid = fork()};
    process.link = both[process.pid == 0 ? 1 : 0];
    close(both[process.pid == 0 ? 0 : 1]);
    if (process.pid == 0) {
        keep(keeps, count);
    } else {
        if (read(process.link, &ready, 1) != 1) exit(1);
        say(op, "ok");
    }
    return process;
}`,
  turn: `
// The child: says that it is there, and goes on when it is asked.
static void turn(struct process process) {
    char asked = 0;
    if (write(process.link, "!", 1) != 1 || read(process.link, &asked, 1) != 1 || asked != '?') _exit(0);
}`,
  ask: `
// Its parent: goes on when the child has done its next operation.
static void ask(struct process process) {
    char done;
    if (write(process.link, "?", 1) != 1 || read(process.link, &done, 1) != 1) exit(1);
}`,
  ended: `
static pid_t ended(struct process process) {
    if (write(process.link, ".", 1) != 1) return -1;
    return waitpid(process.pid, NULL, 0);
}`,
}

import { processes, threads } from './c-concurrency-parts.ts'
import { eventParts } from './c-event-parts.ts'
import type { Scope } from './scope.ts'

/** The sizes in bytes of the buffers that a program writes from and reads into. */
export interface Sizes {
  readonly written: number
  readonly read: number
}

/** The parts of programs in C, each under the name that it defines. A program has only the parts that it uses. */
export function partsOf(scope: Scope, sizes: Sizes): Readonly<Record<string, string>> {
  return {
    ...memory(scope, sizes),
    ...reporting(scope),
    ...eventParts(scope),
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
    text: `static ${own}char text[8192]; // one outcome, in words`,
    known: `static struct { const char *name; bool closed; } known[1024]; // descriptors by number`,
    bytes: `static char bytes[${written}];`,
    buffer: `static char buffer[${read}];`,
    exhausted: 'static int exhausted[1024], exhausted_to;',
    exhausted_from: 'static int exhausted_from;',
    endless:
      'static const long endless = 16 << 20; // the maximum to transfer: /dev/zero never ends',
  }
}

function reporting(scope: Scope): Record<string, string> {
  // EOPNOTSUPP and ENOTSUP have the same number. The lab prints ENOTSUP, the C library returns EOPNOTSUPP.
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
// Remembers a descriptor's name, because events carry only its number.
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

const opening: Readonly<Record<string, string>> = {
  loopback: `
// The loopback address, with a port that the kernel chooses.
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
// A listener with SO_REUSEPORT. Other listeners may have the same address and share its connections.
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
// Closes descriptors that exhaust() opened, but at most this many.
static const char *release_some(int most) {
    int freed = 0;
    for (; freed < most && exhausted_from < exhausted_to; freed++) close(exhausted[exhausted_from++]);
    return number(freed);
}`,
}

const moving: Readonly<Record<string, string>> = {
  counted: `
// Reads the counter of an eventfd or a timerfd.
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
// Writes until the kernel accepts no more bytes.
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
// Reads until no bytes are left.
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
// Calls sendfile(2) with a new file of this size.
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
// The pending error of a socket. Reading it clears it.
static const char *error_of(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return name_of(errno);
    return error == 0 ? "0" : name_of(error);
}`,
}

const changing: Readonly<Record<string, string>> = {
  close_named: `
// Closes a descriptor, and remembers the name of its number: later events may still carry it.
static int close_named(int fd) {
    int result = close(fd);
    if (result == 0) known[fd].closed = true;
    return result;
}`,
  reset: `
// Closes with a reset: SO_LINGER with a timeout of 0 makes close() send one.
static int reset(int fd) {
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    return close_named(fd);
}`,
}

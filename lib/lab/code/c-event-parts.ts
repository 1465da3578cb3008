import type { Scope } from './scope.ts'

function rowsOf(flags: readonly string[]): string {
  const perRow = 4
  const rows = flags.flatMap((_, i) =>
    i % perRow === 0 ? [flags.slice(i, i + perRow).join(', ')] : [],
  )
  return rows.join(',\n        ')
}

/** Helpers that wait for events, and describe events in words. */
export function eventParts(scope: Scope): Record<string, string> {
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
// Waits in a loop without handling any event. Returns the number of wakeups.
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
// The descriptors that are ready now, from poll(2).
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
// The descriptors that are ready now, from select(2), with the corresponding bits of epoll.
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

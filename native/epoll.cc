// Binds epoll(7). Surprise: struct epoll_event is packed to 12 bytes on x86-64 and takes 16 elsewhere. The caller's
// array has four words per event, and the kernel's result is compacted to [events, data low, data high].
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "syscalls.h"

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

namespace epollet {
namespace {

constexpr int64_t wordsPerEvent = 4;
constexpr size_t packedBytes = 12;

epoll_event* eventsIn(Words words) { return reinterpret_cast<epoll_event*>(words.data); }

int64_t packed(Words words, int64_t count) {
  if constexpr (sizeof(epoll_event) != packedBytes) {
    auto* to = reinterpret_cast<char*>(words.data);
    for (int64_t i = 0; i < count; i++) {
      epoll_event event;
      std::memcpy(&event, eventsIn(words) + i, sizeof event);
      std::memcpy(to + i * packedBytes, &event.events, 4);
      std::memcpy(to + i * packedBytes + 4, &event.data.u64, 8);
    }
  }
  return count;
}

}  // namespace

int64_t epollCreate1(Environment& env, int flags) {
  return env.own(result(::epoll_create1(flags)));
}

int64_t epollCtl(int epfd, int op, int fd, uint32_t events, int64_t data) {
  epoll_event event = {};
  event.events = events;
  event.data.u64 = static_cast<uint64_t>(data);
  return result(::epoll_ctl(epfd, op, fd, &event));
}

int64_t epollWait(int epfd, Words events, int maxevents, int timeoutMs) {
  if (!events.holds(0, wordsPerEvent * maxevents)) return -EFAULT;
  return packed(events, result(::epoll_wait(epfd, eventsIn(events), maxevents, timeoutMs)));
}

// Uses syscall(2): glibc has a wrapper only since 2.35, and musl has none.
int64_t epollPwait2(int epfd, Words events, int maxevents, int64_t timeoutNs) {
  if (!events.holds(0, wordsPerEvent * maxevents)) return -EFAULT;
  timespec timeout = {timeoutNs / 1000000000, timeoutNs % 1000000000};
  return packed(events, result(::syscall(SYS_epoll_pwait2, epfd, eventsIn(events), maxevents,
                                         timeoutNs < 0 ? nullptr : &timeout, nullptr, 0)));
}

}  // namespace epollet

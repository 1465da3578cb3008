// The functions of bench.node, in the order of its table.
#pragma once

#include <time.h>

#include "marshal.h"

namespace epollet {

inline int64_t clockNs(clockid_t clock) {
  timespec now;
  ::clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

inline int64_t threadCpuNs() { return clockNs(CLOCK_THREAD_CPUTIME_ID); }

// bench.cc: one call repeated
int64_t epollWaitLoop(int epfd, int maxevents, int rounds);
int64_t pollLoop(Ints& fds, int rounds);
int64_t selectLoop(int nfds, Bytes& readfds, int rounds);
int64_t epollModLoop(int epfd, int fd, uint32_t mask, int rounds);
int64_t epollAddDelLoop(int epfd, int fd, uint32_t mask, int rounds);

// bench-messages.cc: messages through socket pairs
int64_t cycleLoop(int epfd, int writer, int reader, int mode, int sizeBytes, int rounds);
int64_t ringLoop(int epfd, Ints& pairs, int active, int writes, int rounds);
int64_t messageCalls();

// bench-rivals.cc: one thread with epoll, a thread for each connection, a process for each connection
int64_t rivalsStart(int kind, Ints& servers);
int64_t rivalsRun(int handle, int epfd, Ints& clients, int rounds);
int64_t rivalsStop(int handle);

// bench-load.cc: an HTTP client that sends at fixed times
int64_t httpLoad(Bytes& address, Bytes& request, int answerBytes, int connections, int once,
                 int64_t intervalNs, Doubles& latencies);

// bench-floor.cc: a server that only answers
int64_t httpFloor(Bytes& address, Bytes& answers, int answerBytes, int once);

}  // namespace epollet

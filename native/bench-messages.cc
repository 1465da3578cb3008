// epoll(7) with messages: single messages through a socket pair, and libevent's ring of pairs.
// Surprise: a level-triggered reader needs two calls per message, wait and recv. An edge-triggered reader also needs
// the EAGAIN or short read that ends its loop.
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench.h"

namespace epollet {
namespace {

constexpr int kLevel = 0;
constexpr int kEdgeDrain = 1;
constexpr int kEdgeShort = 2;
constexpr int kOneshot = 3;
constexpr int kReadBytes = 4096;
constexpr int kMessageBytesMax = 65536;
constexpr int kEventsMax = 1024;

char message[kMessageBytesMax];
int64_t calls = 0;

// Handles one event; returns the bytes that were read, or -1.
int64_t take(int reader, int mode) {
  char received[kReadBytes];
  int64_t total = 0;
  for (;;) {
    calls++;
    const ssize_t count = ::recv(reader, received, kReadBytes, 0);
    if (count < 0) return errno == EAGAIN && mode != kLevel ? total : -1;
    total += count;
    if (mode == kLevel) return total;
    if (mode != kEdgeDrain && count < kReadBytes) return total;
  }
}

}  // namespace

// Returns the CPU time for sending and receiving the messages, in nanoseconds. The reader must be registered.
int64_t cycleLoop(int epfd, int writer, int reader, int mode, int sizeBytes, int rounds) {
  if (mode < kLevel || mode > kOneshot || sizeBytes < 1 || sizeBytes > kMessageBytesMax)
    return -EINVAL;
  epoll_event rearm = {};
  rearm.events = EPOLLIN | EPOLLET | EPOLLONESHOT;
  const int64_t start = threadCpuNs();
  for (int i = 0; i < rounds; i++) {
    calls++;
    const ssize_t sent = ::send(writer, message, sizeBytes, 0);
    if (sent != sizeBytes) return sent < 0 ? result(-1) : -EMSGSIZE;
    for (int64_t left = sizeBytes; left > 0;) {
      epoll_event event;
      calls++;
      if (::epoll_wait(epfd, &event, 1, 1000) != 1) return -ETIMEDOUT;
      const int64_t count = take(reader, mode);
      if (count < 0) return result(-1);
      left -= count;
      calls += mode == kOneshot;
      if (mode == kOneshot && ::epoll_ctl(epfd, EPOLL_CTL_MOD, reader, &rearm) < 0)
        return result(-1);
    }
  }
  return threadCpuNs() - start;
}

// libevent's bench: `active` tokens start on a ring of socket pairs, and each token read is written to the next pair,
// until `writes` writes have been made. The reading end of pair i is registered with i as its data.
int64_t ringLoop(int epfd, Ints& pairs, int active, int writes, int rounds) {
  const int count = static_cast<int>(pairs.length / 2);
  if (count < 1 || active < 1 || active > count) return -EINVAL;
  epoll_event events[kEventsMax];
  char token = 0;
  const int64_t start = threadCpuNs();
  for (int i = 0; i < rounds; i++) {
    for (int j = 0; j < active; j++) {
      if (::send(pairs.data[2 * (j * (count / active)) + 1], &token, 1, 0) != 1) return result(-1);
    }
    int written = 0;
    calls += active;
    for (int read = 0; read < active + writes;) {
      calls++;
      const int ready = ::epoll_wait(epfd, events, kEventsMax, 1000);
      if (ready <= 0) return -ETIMEDOUT;
      for (int k = 0; k < ready; k++) {
        const uint32_t at = events[k].data.u32;
        if (at >= static_cast<uint32_t>(count)) return -EINVAL;
        if (::recv(pairs.data[2 * at], &token, 1, 0) != 1) return result(-1);
        read++;
        calls++;
        if (written == writes) continue;
        written++;
        calls++;
        if (::send(pairs.data[2 * ((at + 1) % count) + 1], &token, 1, 0) != 1) return result(-1);
      }
    }
  }
  return threadCpuNs() - start;
}

// Returns the number of system calls that the loops above have made since the last call to this function. They are
// counted, because one wait may return several events.
int64_t messageCalls() {
  const int64_t made = calls;
  calls = 0;
  return made;
}

}  // namespace epollet

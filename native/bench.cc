// The C side of comparisons, in its own addon (bench.node): the same loops without calls from JavaScript to C.
// Surprise: on a busy machine, compare the thread's CPU time; wall time also counts other processes.
#include "bench.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

namespace epollet {

// Returns the CPU time for `rounds` calls to epoll_wait with a timeout of zero, in nanoseconds, or -errno.
int64_t epollWaitLoop(int epfd, int maxevents, int rounds) {
  epoll_event events[1024];
  if (maxevents > 1024) return -EINVAL;
  const int64_t start = threadCpuNs();
  for (int i = 0; i < rounds; i++) {
    if (::epoll_wait(epfd, events, maxevents, 0) < 0) return result(-1);
  }
  return threadCpuNs() - start;
}

// The same for poll(2); `fds` has the pollfd structs that native.poll takes.
int64_t pollLoop(Ints& fds, int rounds) {
  if (fds.length % 2 != 0) return -EINVAL;
  const int64_t start = threadCpuNs();
  for (int i = 0; i < rounds; i++) {
    if (::poll(reinterpret_cast<pollfd*>(fds.data), fds.length / 2, 0) < 0) return result(-1);
  }
  return threadCpuNs() - start;
}

// The same for select(2), which overwrites its set, so the time of each call includes copying the set.
int64_t selectLoop(int nfds, Bytes& readfds, int rounds) {
  if (nfds > FD_SETSIZE || readfds.length < sizeof(fd_set)) return -EINVAL;
  const int64_t start = threadCpuNs();
  for (int i = 0; i < rounds; i++) {
    fd_set set;
    std::memcpy(&set, readfds.data, sizeof set);
    timeval none = {0, 0};
    if (::select(nfds, &set, nullptr, nullptr, &none) < 0) return result(-1);
  }
  return threadCpuNs() - start;
}

// Repeats EPOLL_CTL_MOD on one descriptor.
int64_t epollModLoop(int epfd, int fd, uint32_t mask, int rounds) {
  epoll_event event = {};
  event.events = mask;
  const int64_t start = threadCpuNs();
  for (int i = 0; i < rounds; i++) {
    if (::epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &event) < 0) return result(-1);
  }
  return threadCpuNs() - start;
}

// Repeats EPOLL_CTL_DEL and EPOLL_CTL_ADD on one registered descriptor, which stays registered.
int64_t epollAddDelLoop(int epfd, int fd, uint32_t mask, int rounds) {
  epoll_event event = {};
  event.events = mask;
  const int64_t start = threadCpuNs();
  for (int i = 0; i < rounds; i++) {
    if (::epoll_ctl(epfd, EPOLL_CTL_DEL, fd, nullptr) < 0) return result(-1);
    if (::epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) < 0) return result(-1);
  }
  return threadCpuNs() - start;
}

}  // namespace epollet

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  const std::pair<const char*, napi_callback> table[] = {
      {"threadCpuNs", epollet::binding<epollet::threadCpuNs>},
      {"epollWaitLoop", epollet::binding<epollet::epollWaitLoop>},
      {"pollLoop", epollet::binding<epollet::pollLoop>},
      {"selectLoop", epollet::binding<epollet::selectLoop>},
      {"epollModLoop", epollet::binding<epollet::epollModLoop>},
      {"epollAddDelLoop", epollet::binding<epollet::epollAddDelLoop>},
      {"cycleLoop", epollet::binding<epollet::cycleLoop>},
      {"ringLoop", epollet::binding<epollet::ringLoop>},
      {"messageCalls", epollet::binding<epollet::messageCalls>},
      {"rivalsStart", epollet::binding<epollet::rivalsStart>},
      {"rivalsRun", epollet::binding<epollet::rivalsRun>},
      {"rivalsStop", epollet::binding<epollet::rivalsStop>},
      {"httpLoad", epollet::binding<epollet::httpLoad>},
      {"httpFloor", epollet::binding<epollet::httpFloor>},
  };
  for (const auto& [name, call] : table) {
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &function);
    exports.Set(name, Napi::Value(env, function));
  }
  return exports;
}

NODE_API_MODULE(bench, initialise)

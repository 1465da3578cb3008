// Binds the descriptors that wake a loop: eventfd(2), timerfd_create(2), pipe2(2), inotify(7).
// Surprise: an initial time of zero disarms a timerfd, so an immediate expiration is set as one nanosecond.
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "syscalls.h"

namespace epollet {
namespace {

timespec fromNs(int64_t ns) { return {ns / 1000000000, ns % 1000000000}; }

}  // namespace

int64_t eventfd(Environment& env, uint32_t initial, int flags) {
  return env.own(result(::eventfd(initial, flags)));
}

int64_t timerfdCreate(Environment& env, int clock, int flags) {
  return env.own(result(::timerfd_create(clock, flags)));
}

int64_t timerfdSettime(int fd, int flags, int64_t initialNs, int64_t intervalNs) {
  const itimerspec time = {fromNs(intervalNs), fromNs(initialNs)};
  return result(::timerfd_settime(fd, flags, &time, nullptr));
}

int64_t pipe2(Environment& env, Ints fds, int flags) {
  if (!fds.holds(0, 2)) return -EFAULT;
  const int64_t failed = result(::pipe2(fds.data, flags));
  if (failed < 0) return failed;
  env.own(fds.data[0]);
  env.own(fds.data[1]);
  return 0;
}

int64_t inotifyInit1(Environment& env, int flags) {
  return env.own(result(::inotify_init1(flags)));
}

int64_t inotifyAddWatch(int fd, const Text& path, uint32_t mask) {
  return result(::inotify_add_watch(fd, path.data, mask));
}

}  // namespace epollet

// The C side of comparisons, in an addon of its own (bench.node): the same loops without a crossing.
// Surprise: CPU time of the thread, not of the wall, is what two contenders on a busy machine can share.
#include <sys/epoll.h>
#include <time.h>

#include "marshal.h"

namespace epollet {
namespace {

int64_t threadCpuNs() {
  timespec now;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

// Nanoseconds of CPU that `rounds` calls of epoll_wait with a timeout of zero take, or -errno.
int64_t epollWaitLoop(int epfd, int maxevents, int rounds) {
  epoll_event events[1024];
  if (maxevents > 1024) return -EINVAL;
  const int64_t start = threadCpuNs();
  for (int i = 0; i < rounds; i++) {
    if (::epoll_wait(epfd, events, maxevents, 0) < 0) return result(-1);
  }
  return threadCpuNs() - start;
}

}  // namespace
}  // namespace epollet

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  const std::pair<const char*, napi_callback> table[] = {
      {"threadCpuNs", epollet::binding<epollet::threadCpuNs>},
      {"epollWaitLoop", epollet::binding<epollet::epollWaitLoop>},
  };
  for (const auto& [name, call] : table) {
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &function);
    exports.Set(name, Napi::Value(env, function));
  }
  return exports;
}

NODE_API_MODULE(bench, initialise)

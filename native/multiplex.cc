// Binds poll(2) and select(2), the predecessors of epoll. A pollfd is two 32-bit integers; the second holds events and
// revents. An fd_set is 1,024 bits: the kernel would write beyond a shorter one.
#include <poll.h>
#include <sys/select.h>

#include "syscalls.h"

namespace epollet {
namespace {

fd_set* setIn(Bytes bytes) { return reinterpret_cast<fd_set*>(bytes.data); }

bool holdsSet(Bytes bytes) { return bytes.length >= sizeof(fd_set); }

}  // namespace

int64_t poll(Ints fds, int timeoutMs) {
  static_assert(sizeof(pollfd) == 2 * sizeof(int32_t));
  return result(::poll(reinterpret_cast<pollfd*>(fds.data), fds.length / 2, timeoutMs));
}

int64_t select(int nfds, Bytes readfds, Bytes writefds, Bytes exceptfds, int64_t timeoutUs) {
  if (nfds > FD_SETSIZE) return -EINVAL;
  if (!holdsSet(readfds) || !holdsSet(writefds) || !holdsSet(exceptfds)) return -EFAULT;
  timeval timeout = {timeoutUs / 1000000, timeoutUs % 1000000};
  return result(::select(nfds, setIn(readfds), setIn(writefds), setIn(exceptfds),
                         timeoutUs < 0 ? nullptr : &timeout));
}

}  // namespace epollet

// Binds what works on any descriptor. Surprise: close(2) must never be tried again, even after EINTR:
// Linux has given the number back by then, and another thread may have it.
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "syscalls.h"

namespace epollet {
namespace {

// So that the names without 64 at their end, the only ones that every libc has, take large files.
static_assert(sizeof(off_t) == 8);

int64_t countIn(int fd, unsigned long request) {
  int count = 0;
  const int64_t failed = result(::ioctl(fd, request, &count));
  return failed < 0 ? failed : count;
}

}  // namespace

int64_t read(int fd, Bytes bytes, int64_t offset, int64_t length) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  return result(::read(fd, bytes.data + offset, static_cast<size_t>(length)));
}

int64_t pread(int fd, Bytes bytes, int64_t offset, int64_t length, int64_t position) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  return result(::pread(fd, bytes.data + offset, static_cast<size_t>(length), position));
}

// As pread, with flags: RWF_NOWAIT takes only what needs no disk. By syscall(2): musl has had a wrapper only since 1.2.5.
// The kernel wants the position in two halves, and on machines of 64 bits reads the first alone.
int64_t preadv2(int fd, Bytes bytes, int64_t offset, int64_t length, int64_t position, int flags) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  const iovec part = {bytes.data + offset, static_cast<size_t>(length)};
  return result(::syscall(SYS_preadv2, fd, &part, 1, position, 0, flags));
}

int64_t write(int fd, Bytes bytes, int64_t offset, int64_t length) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  return result(::write(fd, bytes.data + offset, static_cast<size_t>(length)));
}

int64_t sendfile(int to, int from, int64_t offset, int64_t count) {
  off_t position = offset;
  return result(::sendfile(to, from, &position, static_cast<size_t>(count)));
}

// The commands that take a number. Others (F_GETLK, F_OFD_SETLK, F_GETOWN_EX ...) take the address of a struct.
int64_t fcntl(int fd, int command, int argument) {
  switch (command) {
    case F_DUPFD_CLOEXEC:
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
    case F_SETFL:
      return result(::fcntl(fd, command, argument));
    default:
      return -EINVAL;
  }
}

int64_t fionread(int fd) { return countIn(fd, FIONREAD); }

int64_t siocoutq(int fd) { return countIn(fd, SIOCOUTQ); }

// exit_group(2), without exit(3)'s work: that waits for threads which may never return.
int64_t exitNow(int status) { ::_exit(status); }

// unlockpt(3): until then the other end of a pseudo-terminal cannot be opened.
int64_t unlockpt(int fd) {
  int unlocked = 0;
  return result(::ioctl(fd, TIOCSPTLCK, &unlocked));
}

// Where the kernel has mapped it, to be read and shared with others.
int64_t mmap(int fd, int64_t length) {
  void* address = ::mmap(nullptr, static_cast<size_t>(length), PROT_READ, MAP_SHARED, fd, 0);
  return address == MAP_FAILED ? result(-1) : reinterpret_cast<int64_t>(address);
}

int64_t dup(Environment& env, int fd) { return env.own(result(::fcntl(fd, F_DUPFD_CLOEXEC, 0))); }

int64_t dup3(Environment& env, int from, int to, int flags) {
  return env.own(result(::dup3(from, to, flags)));
}

int64_t close(Environment& env, int fd) {
  env.disown(fd);
  return result(::close(fd));
}

// What is not open is refused, so that the list grows no longer than the kernel's own.
int64_t own(Environment& env, int fd) {
  const int64_t flags = result(::fcntl(fd, F_GETFD));
  return flags < 0 ? flags : env.own(fd);
}

int64_t disown(Environment& env, int fd) {
  env.disown(fd);
  return 0;
}

}  // namespace epollet

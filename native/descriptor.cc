// Binds the calls that work on any descriptor. Surprise: close(2) must never be repeated, even after EINTR: Linux has
// released the number by then, and another thread may have reused it.
#include <fcntl.h>
#include <linux/kcmp.h>
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

// Every libc has the functions without 64 in their names; this proves that they handle large files.
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

// pread with flags: RWF_NOWAIT reads only cached data. Uses syscall(2), because musl has a wrapper only since 1.2.5.
// The kernel takes the position in two halves; a 64-bit machine reads only the first.
int64_t preadv2(int fd, Bytes bytes, int64_t offset, int64_t length, int64_t position, int flags) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  const iovec part = {bytes.data + offset, static_cast<size_t>(length)};
  return result(::syscall(SYS_preadv2, fd, &part, 1, position, 0, flags));
}

int64_t write(int fd, Bytes bytes, int64_t offset, int64_t length) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  return result(::write(fd, bytes.data + offset, static_cast<size_t>(length)));
}

// On a file that was opened with O_APPEND, Linux ignores the position and appends.
int64_t pwrite(int fd, Bytes bytes, int64_t offset, int64_t length, int64_t position) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  return result(::pwrite(fd, bytes.data + offset, static_cast<size_t>(length), position));
}

int64_t sendfile(int to, int from, int64_t offset, int64_t count) {
  off_t position = offset;
  return result(::sendfile(to, from, &position, static_cast<size_t>(count)));
}

// Supports only commands that take a number. Others (F_GETLK, F_OFD_SETLK, F_GETOWN_EX ...) take the address of a
// struct.
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

// Compares a process's descriptor with the file that its epoll watches under that number, the toff-th of several. 0: it is
// the same file. Needs the permission to read /proc/PID, not to trace.
int64_t kcmpEpoll(int pid, int fd, int epoll, int toff) {
  const kcmp_epoll_slot slot = {static_cast<uint32_t>(epoll), static_cast<uint32_t>(fd),
                                static_cast<uint32_t>(toff)};
  return result(::syscall(SYS_kcmp, pid, pid, KCMP_EPOLL_TFD, fd, &slot));
}

// exit_group(2) without exit(3), which would wait for threads that may never return.
int64_t exitNow(int status) { ::_exit(status); }

// unlockpt(3): the other end of a pseudo-terminal cannot be opened before this.
int64_t unlockpt(int fd) {
  int unlocked = 0;
  return result(::ioctl(fd, TIOCSPTLCK, &unlocked));
}

// Maps a file read-only and shared; returns the address.
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

// Refuses numbers that are not open, so that the list is never longer than the kernel's table.
int64_t own(Environment& env, int fd) {
  const int64_t flags = result(::fcntl(fd, F_GETFD));
  return flags < 0 ? flags : env.own(fd);
}

int64_t disown(Environment& env, int fd) {
  env.disown(fd);
  return 0;
}

}  // namespace epollet

// Binds opening and examining files. openat2(2) uses syscall(2), because no supported libc wraps it. So does
// fstatat(3), which glibc exports only since 2.33. Surprise: openat2 refuses any mode bits unless O_CREAT or O_TMPFILE
// is set.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "syscalls.h"

namespace epollet {

int64_t openat(Environment& env, int dirfd, const Text& path, int flags, int mode) {
  return env.own(result(::openat(dirfd, path.data, flags, mode)));
}

int64_t openat2(Environment& env, int dirfd, const Text& path, int64_t flags, int64_t mode,
                int64_t resolve) {
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags);
  how.mode = static_cast<uint64_t>(mode);
  how.resolve = static_cast<uint64_t>(resolve);
  return env.own(result(::syscall(SYS_openat2, dirfd, path.data, &how, sizeof how)));
}

// Writes mode, size, inode, device, and the seconds and nanoseconds of mtime and ctime.
int64_t fstatat(int dirfd, const Text& path, int flags, Doubles out) {
  struct stat stat;
  if (!out.holds(0, 8)) return -EFAULT;
  static_assert(sizeof stat.st_size == 8 && sizeof stat.st_ino == 8, "the struct is the kernel's");
  const int64_t failed = result(::syscall(SYS_newfstatat, dirfd, path.data, &stat, flags));
  if (failed < 0) return failed;
  out.data[0] = stat.st_mode;
  out.data[1] = static_cast<double>(stat.st_size);
  out.data[2] = static_cast<double>(stat.st_ino);
  out.data[3] = static_cast<double>(stat.st_dev);
  out.data[4] = static_cast<double>(stat.st_mtim.tv_sec);
  out.data[5] = static_cast<double>(stat.st_mtim.tv_nsec);
  out.data[6] = static_cast<double>(stat.st_ctim.tv_sec);
  out.data[7] = static_cast<double>(stat.st_ctim.tv_nsec);
  return 0;
}

// The same for a descriptor, with AT_STATX_* among the flags: fstatat(2) ignores them if the path is empty.
int64_t statx(int fd, int flags, Doubles out) {
  struct statx stat;
  if (!out.holds(0, 8)) return -EFAULT;
  const int64_t failed =
      result(::syscall(SYS_statx, fd, "", flags | AT_EMPTY_PATH, STATX_BASIC_STATS, &stat));
  if (failed < 0) return failed;
  out.data[0] = stat.stx_mode;
  out.data[1] = static_cast<double>(stat.stx_size);
  out.data[2] = static_cast<double>(stat.stx_ino);
  out.data[3] = static_cast<double>(makedev(stat.stx_dev_major, stat.stx_dev_minor));
  out.data[4] = static_cast<double>(stat.stx_mtime.tv_sec);
  out.data[5] = static_cast<double>(stat.stx_mtime.tv_nsec);
  out.data[6] = static_cast<double>(stat.stx_ctime.tv_sec);
  out.data[7] = static_cast<double>(stat.stx_ctime.tv_nsec);
  return 0;
}

int64_t readlinkat(int dirfd, const Text& path, Bytes target) {
  // The kernel returns EINVAL too. An empty view may have a null pointer, which must not reach the C library.
  if (target.length == 0) return -EINVAL;
  return result(
      ::readlinkat(dirfd, path.data, reinterpret_cast<char*>(target.data), target.length));
}

}  // namespace epollet

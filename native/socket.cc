// Binds socket(7). Addresses are the kernel's own bytes; lib/sys/address.ts writes and reads them.
// Surprise: send raises SIGPIPE by default, and another host may not ignore this signal as Node does. glibc's send and
// recv are cancellation points with two atomic operations each. Both run for every request, so they use syscall(2).
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "syscalls.h"

namespace epollet {
namespace {

constexpr size_t optionBytesMax = 8192;
constexpr size_t optionUnitMax = 8;

sockaddr* addressIn(Bytes bytes) { return reinterpret_cast<sockaddr*>(bytes.data); }

int64_t nameOf(int (*call)(int, sockaddr*, socklen_t*), int fd, Bytes address) {
  socklen_t length = static_cast<socklen_t>(address.length);
  const int64_t failed = result(call(fd, addressIn(address), &length));
  return failed < 0 ? failed : length;
}

// Descriptors that arrive in a message are open whether or not the caller looks at them. The buffer may be unaligned.
void ownReceived(Environment& env, const uint8_t* control, size_t length) {
  cmsghdr header;
  for (size_t at = 0; at + sizeof header <= length; at += CMSG_ALIGN(header.cmsg_len)) {
    std::memcpy(&header, control + at, sizeof header);
    if (header.cmsg_len < sizeof header || header.cmsg_len > length - at) return;
    if (header.cmsg_level != SOL_SOCKET || header.cmsg_type != SCM_RIGHTS) continue;
    for (size_t i = sizeof header; i + sizeof(int) <= header.cmsg_len; i += sizeof(int)) {
      int fd;
      std::memcpy(&fd, control + at + i, sizeof fd);
      env.own(fd);
    }
  }
}

}  // namespace

int64_t socket(Environment& env, int domain, int type, int protocol) {
  return env.own(result(::socket(domain, type, protocol)));
}

int64_t socketpair(Environment& env, int domain, int type, int protocol, Ints fds) {
  if (!fds.holds(0, 2)) return -EFAULT;
  const int64_t failed = result(::socketpair(domain, type, protocol, fds.data));
  if (failed < 0) return failed;
  env.own(fds.data[0]);
  env.own(fds.data[1]);
  return 0;
}

int64_t bind(int fd, Bytes address, int length) {
  if (!address.holds(0, length)) return -EFAULT;
  return result(::bind(fd, addressIn(address), static_cast<socklen_t>(length)));
}

int64_t listen(int fd, int backlog) { return result(::listen(fd, backlog)); }

int64_t accept4(Environment& env, int fd, OptionalBytes address, int flags) {
  if (address.data == nullptr) return env.own(result(::accept4(fd, nullptr, nullptr, flags)));
  std::memset(address.data, 0, address.length);
  socklen_t length = static_cast<socklen_t>(address.length);
  return env.own(result(::accept4(fd, addressIn(address), &length, flags)));
}

int64_t connect(int fd, Bytes address, int length) {
  if (!address.holds(0, length)) return -EFAULT;
  return result(::connect(fd, addressIn(address), static_cast<socklen_t>(length)));
}

int64_t shutdown(int fd, int how) { return result(::shutdown(fd, how)); }

int64_t setsockopt(int fd, int level, int name, Bytes value) {
  return result(::setsockopt(fd, level, name, value.data, static_cast<socklen_t>(value.length)));
}

int64_t getsockopt(int fd, int level, int name, Bytes value) {
  // Some options count in units of up to eight bytes (SO_GET_FILTER); others read addresses from the memory that they
  // write to (TCP_ZEROCOPY_RECEIVE). This function therefore gives the kernel a zeroed buffer.
  uint8_t room[optionUnitMax * optionBytesMax] = {};
  const size_t most = std::min(value.length, optionBytesMax);
  socklen_t length = static_cast<socklen_t>(most);
  const int64_t failed = result(::getsockopt(fd, level, name, room, &length));
  if (failed < 0) return failed;
  const size_t count = std::min<size_t>(length, most);
  if (count > 0) std::memcpy(value.data, room, count);
  return static_cast<int64_t>(count);
}

int64_t getsockname(int fd, Bytes address) { return nameOf(::getsockname, fd, address); }

int64_t getpeername(int fd, Bytes address) { return nameOf(::getpeername, fd, address); }

int64_t recv(int fd, Bytes bytes, int64_t offset, int64_t length, int flags) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  return result(::syscall(SYS_recvfrom, fd, bytes.data + offset, static_cast<size_t>(length), flags,
                          nullptr, nullptr));
}

int64_t send(int fd, Bytes bytes, int64_t offset, int64_t length, int flags) {
  if (!bytes.holds(offset, length)) return -EFAULT;
  return result(::syscall(SYS_sendto, fd, bytes.data + offset, static_cast<size_t>(length),
                          flags | MSG_NOSIGNAL, nullptr, 0));
}

int64_t recvfrom(int fd, Bytes bytes, int64_t offset, int64_t length, int flags, Bytes address,
                 Ints out) {
  if (!bytes.holds(offset, length) || !out.holds(0, 1)) return -EFAULT;
  socklen_t room = static_cast<socklen_t>(address.length);
  const int64_t count = result(::syscall(SYS_recvfrom, fd, bytes.data + offset,
                                         static_cast<size_t>(length), flags, address.data, &room));
  out.data[0] = static_cast<int32_t>(room);
  return count;
}

int64_t sendto(int fd, Bytes bytes, int64_t offset, int64_t length, int flags, Bytes address,
               int addressLength) {
  if (!bytes.holds(offset, length) || !address.holds(0, addressLength)) return -EFAULT;
  return result(::syscall(SYS_sendto, fd, bytes.data + offset, static_cast<size_t>(length),
                          flags | MSG_NOSIGNAL, address.data, addressLength));
}

int64_t recvmsg(Environment& env, int fd, Bytes bytes, int flags, Bytes control, Bytes address,
                Ints out) {
  if (!out.holds(0, 3)) return -EFAULT;
  iovec part = {bytes.data, bytes.length};
  msghdr message = {};
  message.msg_name = address.data;
  message.msg_namelen = static_cast<socklen_t>(address.length);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data;
  message.msg_controllen = control.length;
  const int64_t count = result(::syscall(SYS_recvmsg, fd, &message, flags | MSG_CMSG_CLOEXEC));
  if (count < 0) return count;
  out.data[0] = static_cast<int32_t>(message.msg_controllen);
  out.data[1] = message.msg_flags & ~MSG_CMSG_CLOEXEC;
  out.data[2] = static_cast<int32_t>(message.msg_namelen);
  ownReceived(env, control.data, std::min(control.length, size_t{message.msg_controllen}));
  return count;
}

int64_t sendmsg(int fd, Bytes bytes, int flags, Bytes control, Bytes address, int addressLength) {
  if (!address.holds(0, addressLength)) return -EFAULT;
  iovec part = {bytes.data, bytes.length};
  msghdr message = {};
  message.msg_name = addressLength == 0 ? nullptr : address.data;
  message.msg_namelen = static_cast<socklen_t>(addressLength);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.length == 0 ? nullptr : control.data;
  message.msg_controllen = control.length;
  return result(::syscall(SYS_sendmsg, fd, &message, flags | MSG_NOSIGNAL));
}

// Returns 1, or 0 if the text is not an address of the family. inet_pton(3) is not a system call.
int64_t inetPton(int family, const Text& host, Bytes address) {
  if (!address.holds(0, sizeof(in6_addr))) return -EFAULT;
  return result(::inet_pton(family, host.data, address.data));
}

int64_t inetNtop(int family, Bytes address, Bytes host) {
  if (!address.holds(0, sizeof(in6_addr))) return -EFAULT;
  auto* text = reinterpret_cast<char*>(host.data);
  const auto size = static_cast<socklen_t>(host.length);
  return ::inet_ntop(family, address.data, text, size) == nullptr
             ? result(-1)
             : static_cast<int64_t>(strlen(text));
}

}  // namespace epollet

// A typed function per system call. Each returns the call's value or -errno and decides nothing. The order is the same
// as in the table of module.cc and in lib/sys/native.ts.
#pragma once

#include "marshal.h"

namespace epollet {

// epoll.cc
int64_t epollCreate1(Environment& env, int flags);
int64_t epollCtl(int epfd, int op, int fd, uint32_t events, int64_t data);
int64_t epollWait(int epfd, Words events, int maxevents, int timeoutMs);
int64_t epollPwait2(int epfd, Words events, int maxevents, int64_t timeoutNs);

// multiplex.cc
int64_t poll(Ints fds, int timeoutMs);
int64_t select(int nfds, Bytes readfds, Bytes writefds, Bytes exceptfds, int64_t timeoutUs);

// socket.cc
int64_t socket(Environment& env, int domain, int type, int protocol);
int64_t socketpair(Environment& env, int domain, int type, int protocol, Ints fds);
int64_t bind(int fd, Bytes address, int length);
int64_t listen(int fd, int backlog);
int64_t accept4(Environment& env, int fd, OptionalBytes address, int flags);
int64_t connect(int fd, Bytes address, int length);
int64_t shutdown(int fd, int how);
int64_t setsockopt(int fd, int level, int name, Bytes value);
int64_t getsockopt(int fd, int level, int name, Bytes value);
int64_t getsockname(int fd, Bytes address);
int64_t getpeername(int fd, Bytes address);
int64_t recv(int fd, Bytes bytes, int64_t offset, int64_t length, int flags);
int64_t send(int fd, Bytes bytes, int64_t offset, int64_t length, int flags);
int64_t recvfrom(int fd, Bytes bytes, int64_t offset, int64_t length, int flags, Bytes address,
                 Ints out);
int64_t sendto(int fd, Bytes bytes, int64_t offset, int64_t length, int flags, Bytes address,
               int addressLength);
int64_t recvmsg(Environment& env, int fd, Bytes bytes, int flags, Bytes control, Bytes address,
                Ints out);
int64_t sendmsg(int fd, Bytes bytes, int flags, Bytes control, Bytes address, int addressLength);
int64_t inetPton(int family, const Text& host, Bytes address);
int64_t inetNtop(int family, Bytes address, Bytes host);

// descriptor.cc
int64_t read(int fd, Bytes bytes, int64_t offset, int64_t length);
int64_t pread(int fd, Bytes bytes, int64_t offset, int64_t length, int64_t position);
int64_t preadv2(int fd, Bytes bytes, int64_t offset, int64_t length, int64_t position, int flags);
int64_t write(int fd, Bytes bytes, int64_t offset, int64_t length);
int64_t pwrite(int fd, Bytes bytes, int64_t offset, int64_t length, int64_t position);
int64_t sendfile(int to, int from, int64_t offset, int64_t count);
int64_t fcntl(int fd, int command, int argument);
int64_t fionread(int fd);
int64_t siocoutq(int fd);
int64_t kcmpEpoll(int pid, int fd, int epoll, int toff);
int64_t exitNow(int status);
int64_t unlockpt(int fd);
int64_t mmap(int fd, int64_t length);
int64_t dup(Environment& env, int fd);
int64_t dup3(Environment& env, int from, int to, int flags);
int64_t close(Environment& env, int fd);
int64_t own(Environment& env, int fd);
int64_t disown(Environment& env, int fd);

// file.cc
int64_t openat(Environment& env, int dirfd, const Text& path, int flags, int mode);
int64_t openat2(Environment& env, int dirfd, const Text& path, int64_t flags, int64_t mode,
                int64_t resolve);
int64_t fstatat(int dirfd, const Text& path, int flags, Doubles stat);
int64_t statx(int fd, int flags, Doubles stat);
int64_t readlinkat(int dirfd, const Text& path, Bytes target);

// notify.cc
int64_t eventfd(Environment& env, uint32_t initial, int flags);
int64_t timerfdCreate(Environment& env, int clock, int flags);
int64_t timerfdSettime(int fd, int flags, int64_t initialNs, int64_t intervalNs);
int64_t pipe2(Environment& env, Ints fds, int flags);
int64_t inotifyInit1(Environment& env, int flags);
int64_t inotifyAddWatch(int fd, const Text& path, uint32_t mask);

}  // namespace epollet

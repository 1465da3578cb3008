// The minimum that any server does: accept4(2), epoll_wait(2), recv(2), send(2) of constant bytes, close(2).
// Surprise: it only looks for the end of each request's head, so a server that parses requests cannot be faster.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "bench.h"

namespace epollet {
namespace {

constexpr int kEventsMax = 256;
constexpr int kBacklog = 1024;
constexpr size_t kRequestBytesMax = 65536;
constexpr char kHeadEnd[] = "\r\n\r\n";
constexpr size_t kHeadEndBytes = sizeof kHeadEnd - 1;

class Floor {
 public:
  Floor(const Bytes& answers, size_t answerBytes, bool once)
      : answers_(answers), answerBytes_(answerBytes), once_(once) {}

  int64_t listen(const Bytes& address) {
    const auto* own = reinterpret_cast<const sockaddr*>(address.data);
    const int on = 1;
    epfd_ = ::epoll_create1(EPOLL_CLOEXEC);
    listener_ = ::socket(own->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (epfd_ < 0 || listener_ < 0) return result(-1);
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(listener_, own, static_cast<socklen_t>(address.length)) < 0) return result(-1);
    if (::listen(listener_, kBacklog) < 0) return result(-1);
    return watch(EPOLL_CTL_ADD, listener_, EPOLLIN);
  }

  int64_t run() {
    epoll_event events[kEventsMax];
    for (;;) {
      const int ready = ::epoll_wait(epfd_, events, kEventsMax, -1);
      if (ready < 0 && errno != EINTR) return result(-1);
      for (int i = 0; i < ready; i++) {
        const int fd = events[i].data.fd;
        if (fd == listener_) {
          accept();
        } else if (left_[fd] > 0) {
          send(fd, true);
        } else {
          receive(fd);
        }
      }
    }
  }

 private:
  int64_t watch(int operation, int fd, uint32_t mask) const {
    epoll_event event = {};
    event.events = mask;
    event.data.fd = fd;
    return result(::epoll_ctl(epfd_, operation, fd, &event));
  }

  void accept() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (left_.size() <= static_cast<size_t>(fd)) left_.resize(fd + 1);
      left_[fd] = 0;
      watch(EPOLL_CTL_ADD, fd, EPOLLIN);
    }
  }

  void receive(int fd) {
    static char buffer[kRequestBytesMax];
    const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      ::close(fd);
      return;
    }
    left_[fd] = std::min(headsIn(buffer, count) * answerBytes_, answers_.length);
    if (left_[fd] > 0) send(fd, false);
  }

  static size_t headsIn(const char* bytes, size_t count) {
    const char* const end = bytes + count;
    size_t heads = 0;
    while (const void* found = ::memmem(bytes, end - bytes, kHeadEnd, kHeadEndBytes)) {
      heads++;
      bytes = static_cast<const char*>(found) + kHeadEndBytes;
    }
    return heads;
  }

  void send(int fd, bool waited) {
    // All answers are equal, so the unsent bytes are always the last bytes of `answers_`.
    const auto* rest = answers_.data + answers_.length - left_[fd];
    const ssize_t count = ::send(fd, rest, left_[fd], MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) {
      ::close(fd);
      return;
    }
    if (count > 0) left_[fd] -= count;
    if (left_[fd] > 0) {
      if (!waited) watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
    } else if (once_) {
      ::close(fd);
    } else if (waited) {
      watch(EPOLL_CTL_MOD, fd, EPOLLIN);
    }
  }

  const Bytes& answers_;
  const size_t answerBytes_;
  const bool once_;
  int epfd_ = -1;
  int listener_ = -1;
  // The unsent bytes of each connection, by descriptor.
  std::vector<size_t> left_;
};

}  // namespace

// Answers until the process is killed. Returns -errno if a call fails.
int64_t httpFloor(Bytes& address, Bytes& answers, int answerBytes, int once) {
  if (address.length < sizeof(sockaddr) || answerBytes < 1) return -EINVAL;
  Floor floor(answers, answerBytes, once != 0);
  const int64_t listening = floor.listen(address);
  return listening < 0 ? listening : floor.run();
}

}  // namespace epollet

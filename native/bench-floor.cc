// What any server has to do: accept4(2), epoll_wait(2), recv(2), send(2) of bytes that never change, close(2).
// Surprise: nothing here reads a request but for its last four bytes, so no server that does can be cheaper.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "bench.h"

namespace epollet {
namespace {

constexpr int kEventsMax = 256;
constexpr int kBacklog = 1024;
constexpr size_t kRequestBytesMax = 65536;

class Floor {
 public:
  Floor(const Bytes& answer, bool once) : answer_(answer), once_(once) {}

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
        } else if (sent_[fd] < answer_.length) {
          send(fd);
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
      if (sent_.size() <= static_cast<size_t>(fd)) sent_.resize(fd + 1, 0);
      sent_[fd] = answer_.length;
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
    if (count < 4 || std::memcmp(buffer + count - 4, "\r\n\r\n", 4) != 0) return;
    sent_[fd] = 0;
    send(fd);
  }

  void send(int fd) {
    const bool waited = sent_[fd] > 0;
    const ssize_t count =
        ::send(fd, answer_.data + sent_[fd], answer_.length - sent_[fd], MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) {
      ::close(fd);
      return;
    }
    if (count > 0) sent_[fd] += count;
    if (sent_[fd] < answer_.length) {
      if (!waited) watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
    } else if (once_) {
      ::close(fd);
    } else if (waited) {
      watch(EPOLL_CTL_MOD, fd, EPOLLIN);
    }
  }

  const Bytes& answer_;
  const bool once_;
  int epfd_ = -1;
  int listener_ = -1;
  // How much of the answer each connection has got, by descriptor: all of it where none is under way.
  std::vector<size_t> sent_;
};

}  // namespace

// Answers until its process is ended; -errno where it cannot.
int64_t httpFloor(Bytes& address, Bytes& answer, int once) {
  if (address.length < sizeof(sockaddr) || answer.length == 0) return -EINVAL;
  Floor floor(answer, once != 0);
  const int64_t listening = floor.listen(address);
  return listening < 0 ? listening : floor.run();
}

}  // namespace epollet

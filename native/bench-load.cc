// An HTTP client for known answers: it sends at fixed times, or as fast as answers arrive.
// Surprise: a client that waits for an answer before it sends hides the delay that other clients would have seen
// (coordinated omission), so each latency counts from the time at which its request was due.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "bench.h"

namespace epollet {
namespace {

constexpr int kEventsMax = 256;
constexpr int64_t kNsPerMs = 1000000;
// If the next request is due sooner than this, the client spins, because a sleep would end too late.
constexpr int64_t kSpinNs = 2 * kNsPerMs;
constexpr int kPatienceMs = 5000;
constexpr size_t kReadBytes = 262144;

struct Connection {
  int fd;
  int64_t leftBytes;
  int64_t dueNs;
};

class Load {
 public:
  Load(const Bytes& address, Bytes& request, int answerBytes, bool once, int64_t intervalNs,
       Doubles& latencies)
      : address_(address),
        request_(request),
        answerBytes_(answerBytes),
        once_(once),
        intervalNs_(intervalNs),
        latencies_(latencies) {}

  ~Load() {
    for (const Connection& one : connections_) {
      if (one.fd >= 0) ::close(one.fd);
    }
    if (epfd_ >= 0) ::close(epfd_);
  }

  int64_t connect(int count) {
    epfd_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (epfd_ < 0) return result(-1);
    connections_.assign(count, {-1, 0, 0});
    for (int i = 0; i < count; i++) {
      const int64_t opened = open(i);
      if (opened < 0) return opened;
    }
    return 0;
  }

  // Nanoseconds from the first request to the last answer.
  int64_t run() {
    startNs_ = clockNs(CLOCK_MONOTONIC);
    while (answered_ < latencies_.length) {
      const int64_t sent = sendDue();
      if (sent < 0) return sent;
      const int64_t read = wait();
      if (read < 0) return read;
    }
    return clockNs(CLOCK_MONOTONIC) - startNs_;
  }

 private:
  int64_t open(uint32_t index) {
    const auto* peer = reinterpret_cast<const sockaddr*>(address_.data);
    const int fd = ::socket(peer->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return result(-1);
    connections_[index].fd = fd;
    epoll_event event = {};
    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.u32 = index;
    if (::connect(fd, peer, static_cast<socklen_t>(address_.length)) < 0) return result(-1);
    if (::epoll_ctl(epfd_, EPOLL_CTL_ADD, fd, &event) < 0) return result(-1);
    free_.push_back(index);
    return 0;
  }

  // The server closed first, as requested, so the connection is in TIME_WAIT on its side.
  int64_t openAgain(uint32_t index) {
    ::close(connections_[index].fd);
    connections_[index].fd = -1;
    return open(index);
  }

  int64_t dueNs() const { return startNs_ + static_cast<int64_t>(sent_) * intervalNs_; }

  int64_t sendDue() {
    while (sent_ < latencies_.length && !free_.empty()) {
      const int64_t now = clockNs(CLOCK_MONOTONIC);
      if (dueNs() > now) return 0;
      Connection& one = connections_[free_.back()];
      if (::send(one.fd, request_.data, request_.length, MSG_NOSIGNAL) !=
          static_cast<ssize_t>(request_.length))
        return result(-1);
      free_.pop_back();
      one.leftBytes = answerBytes_;
      one.dueNs = intervalNs_ == 0 ? now : dueNs();
      sent_++;
    }
    return 0;
  }

  int timeoutMs() const {
    if (sent_ == latencies_.length || free_.empty()) return kPatienceMs;
    const int64_t leftNs = dueNs() - clockNs(CLOCK_MONOTONIC);
    return leftNs < kSpinNs ? 0 : static_cast<int>((leftNs - kSpinNs) / kNsPerMs);
  }

  int64_t wait() {
    epoll_event events[kEventsMax];
    const int timeout = timeoutMs();
    const int ready = ::epoll_wait(epfd_, events, kEventsMax, timeout);
    if (ready < 0) return result(-1);
    if (ready == 0 && timeout == kPatienceMs) return -ETIMEDOUT;
    for (int i = 0; i < ready; i++) {
      const int64_t taken = take(events[i].data.u32);
      if (taken < 0) return taken;
    }
    return 0;
  }

  int64_t take(uint32_t index) {
    Connection& one = connections_[index];
    const ssize_t count = ::recv(one.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN ? 0 : result(-1);
    if (count == 0) return once_ && one.leftBytes == 0 ? openAgain(index) : -ECONNRESET;
    one.leftBytes -= count;
    // The answer is longer than expected, so it is not the known one.
    if (one.leftBytes < 0) return -EPROTO;
    if (one.leftBytes == 0) {
      latencies_.data[answered_++] = static_cast<double>(clockNs(CLOCK_MONOTONIC) - one.dueNs);
      if (!once_) free_.push_back(index);
    }
    return 0;
  }

  const Bytes& address_;
  const Bytes& request_;
  const int64_t answerBytes_;
  const bool once_;
  const int64_t intervalNs_;
  Doubles& latencies_;
  int epfd_ = -1;
  std::vector<Connection> connections_;
  std::vector<uint32_t> free_;
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
  int64_t startNs_ = 0;
  size_t sent_ = 0;
  size_t answered_ = 0;
};

}  // namespace

// Sends as many requests as `latencies` has room for, one per `intervalNs` (0: as fast as answers arrive), over the
// given number of connections. With `once`, each connection makes one request and asks the server to close. Returns the
// elapsed nanoseconds, or -errno: -EPROTO if an answer has a different length.
int64_t httpLoad(Bytes& address, Bytes& request, int answerBytes, int connections, int once,
                 int64_t intervalNs, Doubles& latencies) {
  if (address.length < sizeof(sockaddr) || answerBytes < 1 || connections < 1 || intervalNs < 0)
    return -EINVAL;
  Load load(address, request, answerBytes, once != 0, intervalNs, latencies);
  const int64_t connected = load.connect(connections);
  return connected < 0 ? connected : load.run();
}

}  // namespace epollet

// Three kinds of server: one thread with epoll_wait(2), a thread per connection, a process per connection.
// Surprise: in a process with threads, a child of fork(2) may call only the functions that signal-safety(7) lists.
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "bench.h"

namespace epollet {
namespace {

constexpr int kEpoll = 0;
constexpr int kThreads = 1;
constexpr int kProcesses = 2;
constexpr size_t kStackBytes = 65536;
constexpr int kEventsMax = 1024;

struct Rivals {
  std::vector<int> servers;
  std::vector<pthread_t> threads;
  std::vector<pid_t> processes;
};

// A handle is an index into this list.
std::vector<std::unique_ptr<Rivals>> started;

// Runs until the client closes.
void echo(int fd) {
  char byte;
  while (::recv(fd, &byte, 1, 0) == 1 && ::send(fd, &byte, 1, MSG_NOSIGNAL) == 1) {
  }
}

void* echoThread(void* fd) {
  echo(static_cast<int>(reinterpret_cast<intptr_t>(fd)));
  return nullptr;
}

void* epollThread(void* argument) {
  const std::vector<int>& watched = static_cast<const Rivals*>(argument)->servers;
  const int epfd = ::epoll_create1(EPOLL_CLOEXEC);
  for (const int fd : watched) {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
  }
  epoll_event events[kEventsMax];
  for (size_t left = watched.size(); left > 0;) {
    const int ready = ::epoll_wait(epfd, events, kEventsMax, -1);
    for (int i = 0; i < ready; i++) {
      char byte;
      const int fd = events[i].data.fd;
      if (::recv(fd, &byte, 1, 0) == 1 && ::send(fd, &byte, 1, MSG_NOSIGNAL) == 1) continue;
      ::epoll_ctl(epfd, EPOLL_CTL_DEL, fd, nullptr);
      left--;
    }
  }
  ::close(epfd);
  return nullptr;
}

int64_t startThread(Rivals& rivals, void* (*run)(void*), void* argument) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread;
  const int error = pthread_create(&thread, &attributes, run, argument);
  pthread_attr_destroy(&attributes);
  if (error != 0) return -error;
  rivals.threads.push_back(thread);
  return 0;
}

int64_t startProcess(Rivals& rivals, int fd, pid_t parent) {
  const pid_t pid = ::fork();
  if (pid < 0) return result(-1);
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) _exit(1);
    // Closes the clients' ends too: while a child holds one, its server never reads the end of the stream.
    ::syscall(SYS_close_range, 3U, static_cast<unsigned>(fd - 1), 0U);
    ::syscall(SYS_close_range, static_cast<unsigned>(fd + 1), ~0U, 0U);
    echo(fd);
    _exit(0);
  }
  rivals.processes.push_back(pid);
  return 0;
}

// CPU time of this process and its children.
int64_t allCpuNs(const Rivals& rivals) {
  int64_t sum = clockNs(CLOCK_PROCESS_CPUTIME_ID);
  for (const pid_t pid : rivals.processes) {
    clockid_t clock;
    if (::clock_getcpuclockid(pid, &clock) == 0) sum += clockNs(clock);
  }
  return sum;
}

}  // namespace

// The servers' ends must be blocking for threads and processes. Returns a handle.
int64_t rivalsStart(int kind, Ints& servers) {
  auto rivals = std::make_unique<Rivals>();
  Rivals& one = *rivals;
  one.servers.assign(servers.data, servers.data + servers.length);
  started.push_back(std::move(rivals));
  const pid_t parent = ::getpid();
  int64_t failed = 0;
  if (kind == kEpoll) failed = startThread(one, epollThread, &one);
  for (const int fd : one.servers) {
    if (failed < 0) return failed;
    if (kind == kThreads) {
      failed = startThread(one, echoThread, reinterpret_cast<void*>(static_cast<intptr_t>(fd)));
    } else if (kind == kProcesses) {
      failed = startProcess(one, fd, parent);
    }
  }
  return failed < 0 ? failed : static_cast<int64_t>(started.size()) - 1;
}

// Sends one byte to each server and reads it back; returns the CPU time of all threads and processes in nanoseconds.
int64_t rivalsRun(int handle, int epfd, Ints& clients, int rounds) {
  if (handle < 0 || static_cast<size_t>(handle) >= started.size()) return -EINVAL;
  const Rivals& rivals = *started[handle];
  epoll_event events[kEventsMax];
  char byte = 0;
  const int64_t start = allCpuNs(rivals);
  for (int i = 0; i < rounds; i++) {
    for (size_t j = 0; j < clients.length; j++) {
      if (::send(clients.data[j], &byte, 1, 0) != 1) return result(-1);
    }
    for (size_t left = clients.length; left > 0;) {
      const int ready = ::epoll_wait(epfd, events, kEventsMax, 1000);
      if (ready <= 0) return -ETIMEDOUT;
      for (int k = 0; k < ready; k++) {
        if (::recv(events[k].data.fd, &byte, 1, 0) != 1) return result(-1);
        left--;
      }
    }
  }
  return allCpuNs(rivals) - start;
}

// Call this after closing the clients' ends.
int64_t rivalsStop(int handle) {
  if (handle < 0 || static_cast<size_t>(handle) >= started.size()) return -EINVAL;
  Rivals& rivals = *started[handle];
  for (const pthread_t thread : rivals.threads) pthread_join(thread, nullptr);
  for (const pid_t pid : rivals.processes) ::waitpid(pid, nullptr, 0);
  rivals = {};
  return 0;
}

}  // namespace epollet

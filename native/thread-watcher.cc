// See thread-watcher.h. Does not use libuv, so it works in hosts without it.
#include "thread-watcher.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "marshal.h"

namespace epollet {
namespace {

constexpr int eventsMax = 512;
// How often the thread checks that the descriptor is still the set's, and, in case it could not be woken, whether it
// should end.
constexpr int sliceMs = 250;
constexpr int wordsPerEvent = 3;

// Uses F_DUPFD_QUERY (Linux 6.10), or kcmp(2), which a sandbox may refuse.
bool sameFile(int fd, int other) {
  const int64_t same = result(::fcntl(fd, 1024 + 3, other));
  if (same != -EINVAL) return same == 1;
  const pid_t self = ::getpid();
  const int64_t order = result(::syscall(SYS_kcmp, self, self, KCMP_FILE, fd, other));
  return order >= 0 ? order == 0 : ::fcntl(other, F_GETFD) >= 0;
}

}  // namespace

// Shared by two threads that take turns: while `threadWaits`, the events belong to the sleeping thread, otherwise to
// JavaScript. Once the thread-safe function exists, only its finalizer frees this object, because no call can follow the
// finalizer. The turns use semaphores, not a condition variable: pthread_cond_wait has two versions in glibc on x86-64, and
// a name without a version may be bound to the old one.
struct ThreadWatcher::Sleeper {
  ThreadWatcher* watcher;
  napi_env env;
  // The set's own descriptor, which JavaScript may close, and a duplicate of it.
  int watchedFd;
  int epfd;
  int wake;
  // The thread-safe function, by which the thread calls JavaScript.
  napi_threadsafe_function tsfn = nullptr;
  pthread_t thread = {};
  // Posted once for each turn of the thread, and once to end it.
  sem_t turnBegins = {};
  // Posted once when a turn is over.
  sem_t turnEnds = {};
  // Only JavaScript's thread uses these three.
  bool threadWaits = false;
  int count = 0;
  int taken = 0;
  std::atomic<bool> interrupting{false};
  bool ending = false;
  // The result of the thread's wait: the number of events, or -errno.
  int found = 0;
  epoll_event events[eventsMax];

  Sleeper(ThreadWatcher* watcher, napi_env env, int watchedFd, int epfd, int wake)
      : watcher(watcher), env(env), watchedFd(watchedFd), epfd(epfd), wake(wake) {
    sem_init(&turnBegins, 0, 0);
    sem_init(&turnEnds, 0, 0);
  }

  // A duplicate of the set's descriptor: it stays valid even if the number is closed.
  static int64_t create(ThreadWatcher* watcher, napi_env env, int watchedFd) {
    const auto epfd = static_cast<int>(result(::fcntl(watchedFd, F_DUPFD_CLOEXEC, 0)));
    if (epfd < 0) return epfd;
    const auto wake = static_cast<int>(result(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)));
    auto* self =
        wake < 0 ? nullptr : new (std::nothrow) Sleeper(watcher, env, watchedFd, epfd, wake);
    const int64_t failed = wake < 0 ? wake : self == nullptr ? -ENOMEM : self->startThread();
    if (failed == 0) {
      watcher->sleeper_ = self;
      return 0;
    }
    ::close(epfd);
    if (wake >= 0) ::close(wake);
    return failed;
  }

  // The thread inherits a mask that blocks all signals. The hook is added last so that it runs before the thread-safe
  // function's hook.
  int64_t startThread() {
    napi_value name;
    napi_create_string_utf8(env, "epollet", NAPI_AUTO_LENGTH, &name);
    if (napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, this, finalize, this,
                                        onCall, &tsfn) != napi_ok) {
      delete this;
      return -ENOMEM;
    }
    napi_unref_threadsafe_function(env, tsfn);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(&thread, nullptr, threadMain, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (failed != 0) {
      watcher = nullptr;
      napi_release_threadsafe_function(tsfn, napi_tsfn_abort);
      return -failed;
    }
    napi_add_env_cleanup_hook(env, environmentEnds, this);
    return 0;
  }

  static void finalize(napi_env, void* data, void*) { delete static_cast<Sleeper*>(data); }

  static void environmentEnds(void* data) { static_cast<Sleeper*>(data)->end(); }

  static void onCall(napi_env env, napi_value, void* context, void*) {
    auto* self = static_cast<Sleeper*>(context);
    if (env != nullptr && self->watcher != nullptr) self->watcher->notify();
  }

  static void* threadMain(void* data) {
    static_cast<Sleeper*>(data)->takeTurns();
    return nullptr;
  }

  void takeTurns() {
    for (;;) {
      waitFor(&turnBegins);
      if (ending) return;
      int last;
      do last = waitForEvents();
      while (last == 0 && !interrupting);
      found = last;
      sem_post(&turnEnds);
      if (last != 0) napi_call_threadsafe_function(tsfn, nullptr, napi_tsfn_nonblocking);
    }
  }

  // Waits again if a signal handler interrupts it.
  static void waitFor(sem_t* semaphore) {
    while (sem_wait(semaphore) < 0) continue;
  }

  void finishTurn() {
    threadWaits = false;
    count = found;
  }

  bool isThreadWaiting() {
    if (threadWaits && sem_trywait(&turnEnds) == 0) finishTurn();
    return threadWaits;
  }

  int waitForEvents() {
    const auto found = static_cast<int>(result(::epoll_wait(epfd, events, eventsMax, sliceMs)));
    if (found < 0 && found != -EINTR) return found;
    if (!sameFile(epfd, watchedFd)) return -EBADF;
    if (found < 0) return 0;
    const auto isWake = [this](const epoll_event& event) { return event.data.ptr == this; };
    return static_cast<int>(std::remove_if(events, events + found, isWake) - events);
  }

  // Events that were collected earlier but not taken are delivered first.
  void beginTurn() {
    if (isThreadWaiting()) return;
    if (count != 0) {
      napi_call_threadsafe_function(tsfn, nullptr, napi_tsfn_nonblocking);
    } else {
      threadWaits = true;
      sem_post(&turnBegins);
    }
  }

  // Only an event ends an epoll_wait (a signal would need a process-wide handler), so an eventfd is briefly added to
  // the set. If the kernel cannot add it, the wait ends with its slice.
  void interrupt() {
    if (!isThreadWaiting()) return;
    interrupting = true;
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.ptr = this;
    ::epoll_ctl(epfd, EPOLL_CTL_ADD, wake, &event);
    waitFor(&turnEnds);
    finishTurn();
    ::epoll_ctl(epfd, EPOLL_CTL_DEL, wake, &event);
    interrupting = false;
  }

  int64_t take(Words words, int64_t most) {
    if (isThreadWaiting()) return -EAGAIN;
    if (count <= 0) return count;
    const int64_t given = std::min<int64_t>(most, count - taken);
    for (int64_t i = 0; i < given; i++) {
      const epoll_event& event = events[taken++];
      words.data[wordsPerEvent * i] = event.events;
      std::memcpy(&words.data[wordsPerEvent * i + 1], &event.data.u64, sizeof event.data.u64);
    }
    if (taken == count) count = taken = 0;
    return given;
  }

  // Clears the object's pointer too, because its finalizer may run after the memory is freed.
  void end() {
    interrupt();
    ending = true;
    sem_post(&turnBegins);
    pthread_join(thread, nullptr);
    ::close(epfd);
    ::close(wake);
    watcher->sleeper_ = nullptr;
    watcher = nullptr;
    napi_remove_env_cleanup_hook(env, environmentEnds, this);
    napi_release_threadsafe_function(tsfn, napi_tsfn_abort);
  }
};

Napi::Function ThreadWatcher::define(Napi::Env env) {
  return DefineClass(
      env, "ThreadWatcher",
      {InstanceMethod<&ThreadWatcher::open>("open"), InstanceMethod<&ThreadWatcher::start>("start"),
       InstanceMethod<&ThreadWatcher::stop>("stop"), InstanceMethod<&ThreadWatcher::take>("take"),
       InstanceMethod<&ThreadWatcher::ref>("ref"), InstanceMethod<&ThreadWatcher::unref>("unref"),
       InstanceMethod<&ThreadWatcher::close>("close")});
}

ThreadWatcher::ThreadWatcher(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<ThreadWatcher>(info) {}

ThreadWatcher::~ThreadWatcher() {
  if (sleeper_ != nullptr) sleeper_->end();
}

Napi::Value ThreadWatcher::open(const Napi::CallbackInfo& info) {
  const bool wrong = sleeper_ != nullptr || !info[0].IsNumber();
  const int64_t failed =
      wrong ? -EINVAL : Sleeper::create(this, info.Env(), info[0].As<Napi::Number>().Int32Value());
  return Napi::Number::New(info.Env(), static_cast<double>(failed));
}

// Only a started watcher keeps the function and this object alive.
Napi::Value ThreadWatcher::start(const Napi::CallbackInfo& info) {
  if (sleeper_ == nullptr || !info[0].IsFunction()) return Napi::Number::New(info.Env(), -EINVAL);
  if (callback_.IsEmpty()) Ref();
  callback_ = Napi::Persistent(info[0].As<Napi::Function>());
  refer();
  sleeper_->beginTurn();
  return Napi::Number::New(info.Env(), 0);
}

Napi::Value ThreadWatcher::stop(const Napi::CallbackInfo& info) {
  if (sleeper_ == nullptr) return Napi::Number::New(info.Env(), -EINVAL);
  sleeper_->interrupt();
  release();
  return Napi::Number::New(info.Env(), 0);
}

// Returns -EAGAIN while the thread waits, because only the thread may take events then. Returns 0 if it is not waiting
// and has no events.
Napi::Value ThreadWatcher::take(const Napi::CallbackInfo& info) {
  Words words;
  const bool wrong =
      sleeper_ == nullptr || !decode(info.Env(), info[0], words) || !info[1].IsNumber();
  const int64_t most = wrong ? 0 : info[1].As<Napi::Number>().Int64Value();
  const bool refused = wrong || most < 1 || !words.holds(0, wordsPerEvent * most);
  return Napi::Value(info.Env(),
                     encode(info.Env(), refused ? -EINVAL : sleeper_->take(words, most)));
}

void ThreadWatcher::ref(const Napi::CallbackInfo&) {
  referenced_ = true;
  refer();
}

void ThreadWatcher::unref(const Napi::CallbackInfo&) {
  referenced_ = false;
  refer();
}

void ThreadWatcher::close(const Napi::CallbackInfo&) {
  if (sleeper_ != nullptr) sleeper_->end();
  release();
}

// As with libuv's handles, only a started watcher keeps the process alive.
void ThreadWatcher::refer() {
  if (sleeper_ == nullptr) return;
  if (referenced_ && !callback_.IsEmpty()) {
    napi_ref_threadsafe_function(Env(), sleeper_->tsfn);
  } else {
    napi_unref_threadsafe_function(Env(), sleeper_->tsfn);
  }
}

void ThreadWatcher::release() {
  if (callback_.IsEmpty()) return;
  callback_.Reset();
  refer();
  Unref();
}

// Uses the same async context as Watcher::notify. The thread waits again when JavaScript has returned.
void ThreadWatcher::notify() {
  if (callback_.IsEmpty()) return;
  Napi::Env env = Env();
  Napi::HandleScope scope(env);
  [[maybe_unused]] const Napi::Object held = Value();
  callback_.MakeCallback(Napi::Object::New(env), std::initializer_list<napi_value>{});
  if (env.IsExceptionPending()) {
    napi_fatal_exception(env, env.GetAndClearPendingException().Value());
  }
  if (sleeper_ != nullptr && !callback_.IsEmpty()) sleeper_->beginTurn();
}

}  // namespace epollet

// See watcher.h. libuv is first used in open(), so that hosts without it can do everything else.
#include "watcher.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cstdlib>
#include <new>

#include "marshal.h"
#include "uv.h"

// Weak: a host without these symbols can still load the addon, and watches with a thread.
#pragma weak napi_get_uv_event_loop
#pragma weak uv_backend_fd
#pragma weak uv_close
#pragma weak uv_handle_size
#pragma weak uv_is_closing
#pragma weak uv_poll_init
#pragma weak uv_poll_start
#pragma weak uv_poll_stop
#pragma weak uv_ref
#pragma weak uv_unref

namespace epollet {
namespace {

// Checks every function, because Deno has uv_poll but no uv_backend_fd.
bool hasLibuv() {
  const auto isThere = [](auto*... function) { return (... && (function != nullptr)); };
  return isThere(napi_get_uv_event_loop, uv_backend_fd, uv_close, uv_handle_size, uv_is_closing,
                 uv_poll_init, uv_poll_start, uv_poll_stop, uv_ref, uv_unref);
}

}  // namespace

// State for libuv and for the cleanup hook. Only the close callback frees it.
struct Watcher::Handle {
  uv_poll_t* poll;
  int fd;
  Watcher* watcher;
  napi_async_cleanup_hook_handle hook;

  static Handle* of(uv_handle_t* handle) { return static_cast<Handle*>(handle->data); }

  static void readable(uv_poll_t* poll, int, int) {
    Handle* self = of(reinterpret_cast<uv_handle_t*>(poll));
    if (self->watcher != nullptr) self->watcher->notify();
  }

  static void environmentEnds(napi_async_cleanup_hook_handle, void* data) {
    static_cast<Handle*>(data)->close();
  }

  // The size comes from the libuv that is loaded, which may differ from the headers.
  static Handle* make(Napi::Env env, uv_loop_t* loop, int fd, int* failed) {
    auto* poll = static_cast<uv_poll_t*>(std::malloc(uv_handle_size(UV_POLL)));
    // libuv aborts the process if the descriptor that it polls is closed, so it polls a private duplicate.
    const auto own = static_cast<int>(result(::fcntl(fd, F_DUPFD_CLOEXEC, 0)));
    auto* self = new (std::nothrow) Handle{poll, own, nullptr, nullptr};
    *failed = poll == nullptr || self == nullptr ? -ENOMEM : own < 0 ? own : self->init(env, loop);
    if (*failed == 0) return self;
    if (own >= 0) ::close(own);
    std::free(poll);
    delete self;
    return nullptr;
  }

  // Adds the hook first: it can be removed immediately, but a libuv handle cannot.
  int init(Napi::Env env, uv_loop_t* loop) {
    if (napi_add_async_cleanup_hook(env, environmentEnds, this, &hook) != napi_ok) {
      napi_throw_error(env, nullptr, "napi_add_async_cleanup_hook failed");
      return -ECANCELED;
    }
    const int failed = uv_poll_init(loop, poll, fd);
    if (failed < 0) napi_remove_async_cleanup_hook(hook);
    poll->data = this;
    return failed;
  }

  // libuv would add the descriptor later and abort if the kernel refuses. Adding it here reports the error instead.
  int start() {
    const int failed = uv_poll_start(poll, UV_READABLE, readable);
    if (failed < 0) return failed;
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.fd = fd;
    const int64_t added = result(::epoll_ctl(uv_backend_fd(poll->loop), EPOLL_CTL_ADD, fd, &event));
    if (added == 0 || added == -EEXIST) return 0;
    uv_poll_stop(poll);
    return static_cast<int>(added);
  }

  // Clears the object's pointer too, because its finalizer may run after the handle is freed.
  void close() {
    if (watcher != nullptr) watcher->handle_ = nullptr;
    watcher = nullptr;
    auto* handle = reinterpret_cast<uv_handle_t*>(poll);
    if (uv_is_closing(handle)) return;
    uv_close(handle, closed);
    ::close(fd);
  }

  static void closed(uv_handle_t* handle) {
    Handle* self = of(handle);
    napi_remove_async_cleanup_hook(self->hook);
    std::free(handle);
    delete self;
  }
};

Napi::Function Watcher::define(Napi::Env env) {
  return DefineClass(
      env, "Watcher",
      {InstanceMethod<&Watcher::open>("open"), InstanceMethod<&Watcher::start>("start"),
       InstanceMethod<&Watcher::stop>("stop"), InstanceMethod<&Watcher::ref>("ref"),
       InstanceMethod<&Watcher::unref>("unref"), InstanceMethod<&Watcher::close>("close")});
}

Watcher::Watcher(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Watcher>(info) {}

Watcher::~Watcher() {
  if (handle_ != nullptr) handle_->close();
}

Napi::Value Watcher::open(const Napi::CallbackInfo& info) {
  uv_loop_t* loop = nullptr;
  if (!hasLibuv()) return Napi::Number::New(info.Env(), -ENOSYS);
  if (handle_ != nullptr || !info[0].IsNumber() ||
      napi_get_uv_event_loop(info.Env(), &loop) != napi_ok) {
    return Napi::Number::New(info.Env(), -EINVAL);
  }
  int failed = 0;
  handle_ = Handle::make(info.Env(), loop, info[0].As<Napi::Number>().Int32Value(), &failed);
  if (handle_ != nullptr) handle_->watcher = this;
  return Napi::Number::New(info.Env(), failed);
}

// Only a started watcher keeps the function and this object alive.
Napi::Value Watcher::start(const Napi::CallbackInfo& info) {
  if (handle_ == nullptr || !info[0].IsFunction()) return Napi::Number::New(info.Env(), -EINVAL);
  if (callback_.IsEmpty()) Ref();
  callback_ = Napi::Persistent(info[0].As<Napi::Function>());
  const int failed = handle_->start();
  if (failed < 0) release();
  return Napi::Number::New(info.Env(), failed);
}

Napi::Value Watcher::stop(const Napi::CallbackInfo& info) {
  if (handle_ == nullptr) return Napi::Number::New(info.Env(), -EINVAL);
  const int failed = uv_poll_stop(handle_->poll);
  release();
  return Napi::Number::New(info.Env(), failed);
}

void Watcher::ref(const Napi::CallbackInfo&) {
  if (handle_ != nullptr) uv_ref(reinterpret_cast<uv_handle_t*>(handle_->poll));
}

void Watcher::unref(const Napi::CallbackInfo&) {
  if (handle_ != nullptr) uv_unref(reinterpret_cast<uv_handle_t*>(handle_->poll));
}

void Watcher::close(const Napi::CallbackInfo&) {
  if (handle_ == nullptr) return;
  handle_->close();
  release();
}

void Watcher::release() {
  if (callback_.IsEmpty()) return;
  callback_.Reset();
  Unref();
}

void Watcher::notify() {
  Napi::Env env = Env();
  Napi::HandleScope scope(env);
  // AsyncLocalStorage.enterWith() stores its value in the receiver. With a new receiver per call, the value is gone
  // after the call.
  callback_.MakeCallback(Napi::Object::New(env), std::initializer_list<napi_value>{});
  if (env.IsExceptionPending()) {
    napi_fatal_exception(env, env.GetAndClearPendingException().Value());
  }
}

}  // namespace epollet

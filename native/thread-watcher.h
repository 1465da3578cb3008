// Waits on an epoll in a thread that sleeps in epoll_wait, and calls a function for each batch.
// Surprise: to check whether an epoll is readable, the kernel polls each file on its ready list, and some files
// (mounts, pressure, sysctl) report an event only once. The check of a nested loop would consume that event; this
// thread is the only reader.
#pragma once

#include <napi.h>

namespace epollet {

class ThreadWatcher : public Napi::ObjectWrap<ThreadWatcher> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit ThreadWatcher(const Napi::CallbackInfo& info);
  ~ThreadWatcher() override;

 private:
  struct Sleeper;

  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value start(const Napi::CallbackInfo& info);
  Napi::Value stop(const Napi::CallbackInfo& info);
  Napi::Value take(const Napi::CallbackInfo& info);
  void ref(const Napi::CallbackInfo& info);
  void unref(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  void refer();
  void release();
  void notify();

  Sleeper* sleeper_ = nullptr;
  Napi::FunctionReference callback_;
  bool referenced_ = true;
};

}  // namespace epollet

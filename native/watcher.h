// Nests a descriptor in Node's own loop: one level-triggered uv_poll calls a function when it is readable.
// Surprise: uv_close ends later, so the handle outlives this object, and a worker that is terminated
// must wait for it: hence the asynchronous cleanup hook.
#pragma once

#include <napi.h>

namespace epollet {

class Watcher : public Napi::ObjectWrap<Watcher> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit Watcher(const Napi::CallbackInfo& info);
  ~Watcher() override;

 private:
  struct Handle;

  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value start(const Napi::CallbackInfo& info);
  Napi::Value stop(const Napi::CallbackInfo& info);
  void ref(const Napi::CallbackInfo& info);
  void unref(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  void release();
  void notify();

  Handle* handle_ = nullptr;
  Napi::FunctionReference callback_;
};

}  // namespace epollet

// Nests a descriptor in Node's loop: one level-triggered uv_poll calls a function when it is readable.
// Surprise: uv_close finishes later, so the handle outlives this object, and a terminated worker
// must wait for it. The asynchronous cleanup hook does that.
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

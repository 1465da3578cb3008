// The part of libuv 1 that watcher.cc uses. The interface and these numbers are stable within version 1. Declared here
// so that the build needs no Node headers.
#pragma once

#include <cstddef>

extern "C" {

using uv_loop_t = struct uv_loop_s;

// The first fields of each handle; uv_handle_size returns its whole length.
struct uv_handle_s {
  void* data;
  uv_loop_t* loop;
};
struct uv_poll_s {
  void* data;
  uv_loop_t* loop;
};
using uv_handle_t = uv_handle_s;
using uv_poll_t = uv_poll_s;

enum uv_handle_type { UV_POLL = 8 };
enum uv_poll_event { UV_READABLE = 1 };

int uv_backend_fd(const uv_loop_t* loop);
void uv_close(uv_handle_t* handle, void (*closed)(uv_handle_t* handle));
size_t uv_handle_size(uv_handle_type type);
int uv_is_closing(const uv_handle_t* handle);
int uv_poll_init(uv_loop_t* loop, uv_poll_t* poll, int fd);
int uv_poll_start(uv_poll_t* poll, int events,
                  void (*ready)(uv_poll_t* poll, int status, int events));
int uv_poll_stop(uv_poll_t* poll);
void uv_ref(uv_handle_t* handle);
void uv_unref(uv_handle_t* handle);
}

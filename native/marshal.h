// Derives from a C++ function's signature how to read its arguments from JavaScript.
// Surprise: napi_get_value_int32 wraps numbers that are too large and turns NaN into 0, so TypeScript checks the
// ranges. This file checks only types and the bounds of views.
#pragma once

#include <napi.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "environment.h"

namespace epollet {

// errno is read only here.
inline int64_t result(int64_t returned) { return returned < 0 ? -errno : returned; }

template <class Element>
struct View {
  Element* data = nullptr;
  size_t length = 0;

  bool holds(int64_t offset, int64_t count) const {
    return offset >= 0 && count >= 0 && static_cast<uint64_t>(offset) <= length &&
           static_cast<uint64_t>(count) <= length - static_cast<uint64_t>(offset);
  }
};
using Bytes = View<uint8_t>;
using Ints = View<int32_t>;
using Words = View<uint32_t>;
using Doubles = View<double>;

// May be null in JavaScript; the kernel then gets a null address.
struct OptionalBytes : Bytes {};

// Larger than PATH_MAX, so that the kernel refuses a path that is too long. The extra bytes are for one UTF-8
// character, because Node-API stops before a character that does not fit. The empty constructor keeps each call from
// zeroing the array.
struct Text {
  Text() {}
  static constexpr size_t capacity = 4101;
  char data[capacity];
};

inline bool decode(napi_env env, napi_value from, int32_t& to) {
  return napi_get_value_int32(env, from, &to) == napi_ok;
}

inline bool decode(napi_env env, napi_value from, uint32_t& to) {
  return napi_get_value_uint32(env, from, &to) == napi_ok;
}

inline bool decode(napi_env env, napi_value from, int64_t& to) {
  return napi_get_value_int64(env, from, &to) == napi_ok;
}

// Accepts any view with the right alignment: napi_get_typedarray_info would ask V8 for the type up to eleven times.
template <class Element>
bool decode(napi_env env, napi_value from, View<Element>& to) {
  bool isView = false;
  void* data;
  size_t bytes;
  if (napi_is_buffer(env, from, &isView) != napi_ok || !isView) return false;
  napi_get_buffer_info(env, from, &data, &bytes);
  to.data = static_cast<Element*>(data);
  to.length = bytes / sizeof(Element);
  return reinterpret_cast<uintptr_t>(data) % alignof(Element) == 0;
}

inline bool decode(napi_env env, napi_value from, OptionalBytes& to) {
  napi_valuetype type;
  napi_typeof(env, from, &type);
  return type == napi_null || decode(env, from, static_cast<Bytes&>(to));
}

inline bool decode(napi_env env, napi_value from, Text& to) {
  size_t length = 0;
  return napi_get_value_string_utf8(env, from, to.data, Text::capacity, &length) == napi_ok &&
         std::memchr(to.data, 0, length) == nullptr;
}

inline napi_value encode(napi_env env, int64_t value) {
  napi_value out;
  if (value == static_cast<int32_t>(value)) {
    napi_create_int32(env, static_cast<int32_t>(value), &out);
  } else {
    napi_create_int64(env, value, &out);
  }
  return out;
}

inline napi_value refuse(napi_env env) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE",
                        "a native function was called with an argument of the wrong type");
  return nullptr;
}

class Call {
 public:
  Call(napi_env env, napi_callback_info info) : env_(env), info_(info) {}

  template <class... Args>
  napi_value apply(int64_t (*function)(Args...)) {
    return run<Args...>(std::index_sequence_for<Args...>{},
                        [&](auto&... args) { return function(args...); });
  }

  // A function that opens or closes descriptors gets the environment that owns them.
  template <class... Args>
  napi_value apply(int64_t (*function)(Environment&, Args...)) {
    return run<Args...>(std::index_sequence_for<Args...>{}, [&](auto&... args) {
      return function(*static_cast<Environment*>(environment_), args...);
    });
  }

 private:
  template <class... Args, size_t... I, class Function>
  napi_value run(std::index_sequence<I...>, Function function) {
    size_t count = sizeof...(Args);
    napi_value given[sizeof...(Args) + 1];
    napi_get_cb_info(env_, info_, &count, given, nullptr, &environment_);
    std::tuple<std::decay_t<Args>...> args;
    if (!(decode(env_, given[I], std::get<I>(args)) && ...)) return refuse(env_);
    return encode(env_, function(std::get<I>(args)...));
  }

  napi_env env_;
  napi_callback_info info_;
  void* environment_ = nullptr;
};

template <auto function>
napi_value binding(napi_env env, napi_callback_info info) {
  return Call(env, info).apply(function);
}

}  // namespace epollet

{
  "target_defaults": {
    "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
    "defines": [
      "NAPI_VERSION=8",
      "NAPI_DISABLE_CPP_EXCEPTIONS",
      "NODE_ADDON_API_DISABLE_DEPRECATED",
      "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
    ],
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": ["-std=c++17", "-Wall", "-Wextra", "-fvisibility=hidden"],
    "ldflags": ["-Wl,-z,relro,-z,now"]
  },
  "targets": [
    {
      "target_name": "epollet",
      "sources": [
        "native/module.cc",
        "native/environment.cc",
        "native/epoll.cc",
        "native/multiplex.cc",
        "native/socket.cc",
        "native/descriptor.cc",
        "native/file.cc",
        "native/notify.cc",
        "native/watcher.cc",
        "native/thread-watcher.cc"
      ]
    },
    {
      "target_name": "bench",
      "sources": [
        "native/bench.cc",
        "native/bench-messages.cc",
        "native/bench-rivals.cc",
        "native/bench-load.cc",
        "native/bench-floor.cc"
      ]
    }
  ]
}

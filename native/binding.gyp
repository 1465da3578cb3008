{
  "variables": {
    "exports": "<!(node -p \"path.resolve('exports.map')\")"
  },
  "target_defaults": {
    "configurations": { "Release": {} },
    "include_dirs": [
      "<!(node -p \"require('node-addon-api').include_dir\")",
      "<!(node -p \"path.relative('.', require('node-api-headers').include_dir)\")"
    ],
    "defines!": ["_FILE_OFFSET_BITS=64", "_LARGEFILE_SOURCE"],
    "defines": [
      "NAPI_VERSION=8",
      "NAPI_DISABLE_CPP_EXCEPTIONS",
      "NODE_ADDON_API_DISABLE_DEPRECATED",
      "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
    ],
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": [
      "-std=c++17",
      "-O2",
      "-fPIC",
      "-Wall",
      "-Wextra",
      "-fvisibility=hidden",
      "-fno-exceptions",
      "-fno-rtti",
      "-fno-threadsafe-statics",
      "-fno-stack-protector",
      "-U_FORTIFY_SOURCE",
      "-ffunction-sections",
      "-fdata-sections"
    ],
    "ldflags": [
      "-nodefaultlibs",
      "-Wl,--version-script='<(exports)'",
      "-Wl,--gc-sections",
      "-Wl,-z,relro,-z,now"
    ]
  },
  "targets": [
    {
      "target_name": "epollet",
      "sources": [
        "runtime.cc",
        "module.cc",
        "environment.cc",
        "epoll.cc",
        "multiplex.cc",
        "socket.cc",
        "descriptor.cc",
        "file.cc",
        "notify.cc",
        "watcher.cc",
        "thread-watcher.cc"
      ]
    },
    {
      "target_name": "bench",
      "sources": [
        "runtime.cc",
        "bench.cc",
        "bench-messages.cc",
        "bench-rivals.cc",
        "bench-load.cc",
        "bench-floor.cc"
      ]
    }
  ]
}

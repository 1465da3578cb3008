// The table of all native functions. lib/sys/native.ts declares the same names, and a check compares them.
#include "syscalls.h"
#include "thread-watcher.h"
#include "watcher.h"

namespace epollet {
namespace {

struct Row {
  const char* name;
  napi_callback call;
};

const Row table[] = {
    {"epollCreate1", binding<epollCreate1>},
    {"epollCtl", binding<epollCtl>},
    {"epollWait", binding<epollWait>},
    {"epollPwait2", binding<epollPwait2>},
    {"poll", binding<poll>},
    {"select", binding<select>},
    {"socket", binding<socket>},
    {"socketpair", binding<socketpair>},
    {"bind", binding<bind>},
    {"listen", binding<listen>},
    {"accept4", binding<accept4>},
    {"connect", binding<connect>},
    {"shutdown", binding<shutdown>},
    {"setsockopt", binding<setsockopt>},
    {"getsockopt", binding<getsockopt>},
    {"getsockname", binding<getsockname>},
    {"getpeername", binding<getpeername>},
    {"recv", binding<recv>},
    {"send", binding<send>},
    {"recvfrom", binding<recvfrom>},
    {"sendto", binding<sendto>},
    {"recvmsg", binding<recvmsg>},
    {"sendmsg", binding<sendmsg>},
    {"inetPton", binding<inetPton>},
    {"inetNtop", binding<inetNtop>},
    {"read", binding<read>},
    {"pread", binding<pread>},
    {"preadv2", binding<preadv2>},
    {"write", binding<write>},
    {"pwrite", binding<pwrite>},
    {"sendfile", binding<sendfile>},
    {"fcntl", binding<fcntl>},
    {"fionread", binding<fionread>},
    {"siocoutq", binding<siocoutq>},
    {"kcmpEpoll", binding<kcmpEpoll>},
    {"exitNow", binding<exitNow>},
    {"unlockpt", binding<unlockpt>},
    {"mmap", binding<mmap>},
    {"dup", binding<dup>},
    {"dup3", binding<dup3>},
    {"close", binding<close>},
    {"own", binding<own>},
    {"disown", binding<disown>},
    {"openat", binding<openat>},
    {"openat2", binding<openat2>},
    {"fstatat", binding<fstatat>},
    {"statx", binding<statx>},
    {"readlinkat", binding<readlinkat>},
    {"eventfd", binding<eventfd>},
    {"timerfdCreate", binding<timerfdCreate>},
    {"timerfdSettime", binding<timerfdSettime>},
    {"pipe2", binding<pipe2>},
    {"inotifyInit1", binding<inotifyInit1>},
    {"inotifyAddWatch", binding<inotifyAddWatch>},
};

void end(void* environment) { delete static_cast<Environment*>(environment); }

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  auto* environment = new Environment;
  napi_add_env_cleanup_hook(env, end, environment);
  for (const Row& row : table) {
    napi_value function;
    napi_create_function(env, row.name, NAPI_AUTO_LENGTH, row.call, environment, &function);
    exports.Set(row.name, Napi::Value(env, function));
  }
  exports.Set("Watcher", Watcher::define(env));
  exports.Set("ThreadWatcher", ThreadWatcher::define(env));
  return exports;
}

}  // namespace
}  // namespace epollet

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  return epollet::initialise(env, exports);
}

NODE_API_MODULE(epollet, initialise)

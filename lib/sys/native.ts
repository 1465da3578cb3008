import { type AddonState, loadAddon } from './load-addon.ts'

/**
 * The native table, as `native/module.cc` defines it. Each function makes one system call and returns its value or a
 * negative errno. Functions check only types; their callers check the rest. Tests replace functions to inject faults.
 *
 * @internal
 */
export interface Native {
  epollCreate1(flags: number): number
  epollCtl(epfd: number, op: number, fd: number, events: number, data: number): number
  /** Needs room for four words per event, but writes only three: events, data low, data high. */
  epollWait(epfd: number, events: Uint32Array, maxevents: number, timeoutMs: number): number
  epollPwait2(epfd: number, events: Uint32Array, maxevents: number, timeoutNs: number): number

  /** Two integers per pollfd: fd, then events and revents. */
  poll(fds: Int32Array, timeoutMs: number): number
  select(
    nfds: number,
    readfds: Uint8Array,
    writefds: Uint8Array,
    exceptfds: Uint8Array,
    timeoutUs: number,
  ): number

  socket(domain: number, type: number, protocol: number): number
  socketpair(domain: number, type: number, protocol: number, fds: Int32Array): number
  bind(fd: number, address: Uint8Array, length: number): number
  listen(fd: number, backlog: number): number
  accept4(fd: number, address: Uint8Array | null, flags: number): number
  connect(fd: number, address: Uint8Array, length: number): number
  shutdown(fd: number, how: number): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array): number
  /** At most 8192 bytes. */
  getsockopt(fd: number, level: number, name: number, value: Uint8Array): number
  getsockname(fd: number, address: Uint8Array): number
  getpeername(fd: number, address: Uint8Array): number
  recv(fd: number, bytes: Uint8Array, offset: number, length: number, flags: number): number
  send(fd: number, bytes: Uint8Array, offset: number, length: number, flags: number): number
  /** Writes the address, and its length to out[0]. */
  recvfrom(
    fd: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    flags: number,
    address: Uint8Array,
    out: Int32Array,
  ): number
  sendto(
    fd: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ): number
  /** Writes control messages and the address; out: the control's length, MSG_* flags, the address's length. */
  recvmsg(
    fd: number,
    bytes: Uint8Array,
    flags: number,
    control: Uint8Array,
    address: Uint8Array,
    out: Int32Array,
  ): number
  sendmsg(
    fd: number,
    bytes: Uint8Array,
    flags: number,
    control: Uint8Array,
    address: Uint8Array,
    addressLength: number,
  ): number
  /** Returns 1, or 0 if the text is not an address of the family. */
  inetPton(family: number, host: string, address: Uint8Array): number
  inetNtop(family: number, address: Uint8Array, host: Uint8Array): number

  read(fd: number, bytes: Uint8Array, offset: number, length: number): number
  pread(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number
  preadv2(
    fd: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
    flags: number,
  ): number
  write(fd: number, bytes: Uint8Array, offset: number, length: number): number
  pwrite(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number
  sendfile(to: number, from: number, offset: number, count: number): number
  /** Supports only commands that take a number. */
  fcntl(fd: number, command: number, argument: number): number
  fionread(fd: number): number
  siocoutq(fd: number): number
  /** Compares the descriptor with the toff-th file that the epoll watches under its number; 0 if it's the same. */
  kcmpEpoll(pid: number, fd: number, epoll: number, toff: number): number
  /** Ends the process without waiting for its threads. */
  exitNow(status: number): never
  /** Allows the other end of a pseudo-terminal to be opened. */
  unlockpt(fd: number): number
  /** Maps a file read-only and shared until the process ends; returns the address. */
  mmap(fd: number, length: number): number
  dup(fd: number): number
  dup3(from: number, to: number, flags: number): number
  close(fd: number): number
  /** Makes this thread close the descriptor when it ends. */
  own(fd: number): number
  disown(fd: number): number

  openat(dirfd: number, path: string, flags: number, mode: number): number
  openat2(dirfd: number, path: string, flags: number, mode: number, resolve: number): number
  /** Writes mode, size, inode, device, mtime s, mtime ns, ctime s, ctime ns. */
  fstatat(dirfd: number, path: string, flags: number, stat: Float64Array): number
  /** The same for a descriptor, with AT_STATX_* among the flags. */
  statx(fd: number, flags: number, stat: Float64Array): number
  readlinkat(dirfd: number, path: string, target: Uint8Array): number

  eventfd(initial: number, flags: number): number
  timerfdCreate(clock: number, flags: number): number
  timerfdSettime(fd: number, flags: number, initialNs: number, intervalNs: number): number
  pipe2(fds: Int32Array, flags: number): number
  inotifyInit1(flags: number): number
  inotifyAddWatch(fd: number, path: string, mask: number): number

  Watcher: new () => NativeWatcher
  ThreadWatcher: new () => NativeThreadWatcher
}

/** A descriptor nested in Node's loop by a level-triggered uv_poll. @internal */
export interface NativeWatcher {
  open(fd: number): number
  start(callback: () => void): number
  stop(): number
  ref(): void
  unref(): void
  close(): void
}

/** A thread that sleeps in epoll_wait and calls back with each batch, one at a time. @internal */
export interface NativeThreadWatcher extends NativeWatcher {
  /** Writes three words per event, like epollWait. Returns -EAGAIN while the thread waits. */
  take(events: Uint32Array, maxevents: number): number
}

/** Importing must not fail without an addon, so each function throws the reason when it is called. */
function refusing(message: string): Native {
  // Not an arrow function: the table also has classes, and `new` must throw the same error.
  function refuse(): never {
    throw Object.assign(new Error(message), { code: 'ERR_EPOLLET_UNAVAILABLE' })
  }
  return new Proxy({} as Native, { get: () => refuse })
}

const loaded = loadAddon<Native>('epollet', 'epollCreate1')

/** A copy of the addon's exports, so that tests can replace functions and V8 sees an ordinary object. @internal */
export const native: Native =
  loaded.exports === null ? refusing(loaded.state.message) : { ...loaded.exports }

/** Where the native addon was found, for `epollet info`. */
export const addonState: AddonState = loaded.state

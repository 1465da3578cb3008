import {
  AF_UNIX,
  checked,
  EAGAIN,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLLET,
  EPOLLIN,
  native,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from '../../sys/index.ts'
import type { Module } from './module.ts'

const message = Buffer.from('ping')
const room = Buffer.alloc(1024)
const events = new Uint32Array(4)

/** Ways to wait for one message and read it. Each returns the number of system calls it made. */
const readers: Readonly<Record<string, (epfd: number, fd: number) => number>> = {
  once: (epfd, fd) => {
    checked(native.epollWait(epfd, events, 1, 0), 'epoll_wait')
    checked(native.recv(fd, room, 0, room.length, 0), 'recv')
    return 2
  },
  drain: (epfd, fd) => {
    checked(native.epollWait(epfd, events, 1, 0), 'epoll_wait')
    let calls = 1
    for (;;) {
      const result = native.recv(fd, room, 0, room.length, 0)
      calls++
      if (result === EAGAIN) return calls
      checked(result, 'recv')
    }
  },
  short: (epfd, fd) => {
    checked(native.epollWait(epfd, events, 1, 0), 'epoll_wait')
    let calls = 1
    for (;;) {
      const result = checked(native.recv(fd, room, 0, room.length, 0), 'recv')
      calls++
      if (result < room.length) return calls
    }
  },
}
const messagesMax = 10_000

/** `serve LT 1000 once` counts the system calls that it takes to read 1000 messages. */
export const calls: Module = {
  serve: (_context, trigger = '', count = '', how = '') => {
    const read = Object.hasOwn(readers, how) ? readers[how]! : readers['drain']!
    const fds = new Int32Array(2)
    checked(
      native.socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
      'socketpair',
    )
    const [from, to] = [fds[0]!, fds[1]!]
    const epfd = checked(native.epollCreate1(EPOLL_CLOEXEC), 'epoll_create1')
    const bits = trigger === 'ET' ? EPOLLIN + EPOLLET : EPOLLIN
    let total = 0
    try {
      checked(native.epollCtl(epfd, EPOLL_CTL_ADD, to, bits, 0), 'epoll_ctl')
      for (let i = 0; i < Math.min(Number(count), messagesMax); i++) {
        checked(native.send(from, message, 0, message.length, 0), 'send')
        total += read(epfd, to)
      }
    } finally {
      for (const fd of [epfd, from, to]) native.close(fd)
    }
    return { result: total }
  },
}

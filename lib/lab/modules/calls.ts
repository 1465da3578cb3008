import {
  checked,
  EAGAIN,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLLET,
  EPOLLIN,
  native,
} from '../../sys/index.ts'
import { unixPair } from '../machine/openings.ts'
import type { Module } from './module.ts'

const message = Buffer.from('ping')
const room = Buffer.alloc(1024)
const events = new Uint32Array(4)
const messagesMax = 10_000

/**
 * Waits for one message, and reads `once`, until a `short` read, or until EAGAIN. Returns the number of system calls it
 * made.
 */
function receive(epfd: number, fd: number, how: string): number {
  checked(native.epollWait(epfd, events, 1, 0), 'epoll_wait')
  for (let calls = 2; ; calls++) {
    const result = native.recv(fd, room, 0, room.length, 0)
    if (result === EAGAIN && how !== 'once' && how !== 'short') return calls
    checked(result, 'recv')
    if (how === 'once' || (how === 'short' && result < room.length)) return calls
  }
}

/** `serve LT 1000 once` counts the system calls that it takes to read 1000 messages. */
export const calls: Module = {
  serve: (_context, trigger = '', count = '', how = '') => {
    const { fds, calls } = unixPair('stream')
    checked(calls[0]!, 'socketpair')
    const [from, to] = fds as readonly [number, number]
    const epfd = checked(native.epollCreate1(EPOLL_CLOEXEC), 'epoll_create1')
    const bits = trigger === 'ET' ? EPOLLIN + EPOLLET : EPOLLIN
    let total = 0
    try {
      checked(native.epollCtl(epfd, EPOLL_CTL_ADD, to, bits, 0), 'epoll_ctl')
      for (let i = 0; i < Math.min(Number(count), messagesMax); i++) {
        checked(native.send(from, message, 0, message.length, 0), 'send')
        total += receive(epfd, to, how)
      }
    } finally {
      for (const fd of [epfd, from, to]) native.close(fd)
    }
    return { result: total }
  },
}

import { Epoll, Socket } from '../../core/index.ts'
import { type Address, EPOLLERR, EPOLLIN } from '../../sys/index.ts'

/**
 * Opens `count` connections at the same time, and waits until the other end has accepted and closed each of them.
 * Throws Error after the deadline, or if a connection is refused.
 */
export function connectAll(address: Address, count: number, deadlineMs: number): void {
  using epoll = new Epoll()
  const sockets: Socket[] = []
  try {
    for (let i = 0; i < count; i++) {
      const socket = new Socket()
      sockets.push(socket)
      socket.connect(address)
      epoll.register(socket, EPOLLIN)
    }
    for (let open = count; open > 0; ) {
      const events = epoll.poll(deadlineMs)
      if (events.length === 0)
        throw new Error(`${open} of ${count} connections were not accepted within ${deadlineMs} ms`)
      for (const [fd, mask] of events) {
        if (mask & EPOLLERR) throw new Error('a connection was refused')
        epoll.unregister(fd)
        open--
      }
    }
  } finally {
    for (const socket of sockets) socket.close()
  }
}

// A thread that echoes each byte, and waits in one of three ways.
import { Socket as NodeSocket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { Epoll, Socket } from '../../core/index.ts'
import { EPOLLET, EPOLLIN } from '../../sys/index.ts'
import type { Wake } from './wake.ts'

const { fd, wake } = workerData as { fd: number; wake: Wake }
const byte = Buffer.alloc(1)

/** Echoes all bytes; returns false after the other end has closed. */
function echo(socket: Socket): boolean {
  for (;;) {
    const count = socket.recvInto(byte)
    if (count === null) return true
    if (count === 0) return false
    socket.send(byte)
  }
}

function blocking(): void {
  using socket = Socket.fromfd(fd)
  using epoll = new Epoll()
  epoll.register(socket, EPOLLIN | EPOLLET)
  parentPort?.postMessage('ready')
  for (let open = true; open; open = echo(socket)) epoll.poll(-1)
}

function nested(): void {
  const socket = Socket.fromfd(fd)
  const epoll = new Epoll()
  epoll.register(socket, EPOLLIN | EPOLLET)
  epoll.watch(() => {
    if (echo(socket)) return
    epoll.close()
    socket.close()
  })
  parentPort?.postMessage('ready')
}

function libuv(): void {
  const socket = new NodeSocket({ fd })
  socket.on('data', data => socket.write(data))
  socket.on('end', () => socket.destroy())
  parentPort?.postMessage('ready')
}

const ways: Record<Wake, () => void> = { blocking, nested, libuv }
ways[wake]()

// Step 5, a mask is a set of bits: a reset connection reports EPOLLIN | EPOLLERR | EPOLLHUP. That is not equal to
// EPOLLIN, so the connection is never closed. The fix: test bits with &, and expect errors.
import {
  type Address,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  Epoll,
  SO_REUSEADDR,
  SOL_SOCKET,
  Socket,
} from 'epollet'

const port = Number(process.argv[2] ?? 7788)
const utf8 = new TextDecoder('utf-8', { fatal: true }) // as strict as Python's decode()

const listener = new Socket()
listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
listener.bind({ port })
listener.listen(10)
console.log(listener.getsockname())

const epoll = new Epoll()
epoll.register(listener, EPOLLIN | EPOLLET)

const connections = new Map<number, Socket>()
const addresses = new Map<number, Address>()

/** The received bytes; an empty buffer at the end of the stream and after a reset. */
function receive(connection: Socket): Buffer | null {
  try {
    return connection.recv(1024)
  } catch {
    return Buffer.alloc(0)
  }
}

while (true) {
  for (const [fd, events] of epoll.poll()) {
    if (fd === listener.fileno()) {
      for (let next = listener.accept(); next !== null; next = listener.accept()) {
        const [connection, address] = next
        console.log('有新的客户端到来%j', address)
        connections.set(connection.fileno(), connection)
        addresses.set(connection.fileno(), address)
        epoll.register(connection, EPOLLIN | EPOLLET)
      }
    } else if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
      const connection = connections.get(fd)!
      for (let data = receive(connection); data !== null; data = receive(connection)) {
        const text = utf8.decode(data)
        if (text) {
          console.log(`recv:${text}`)
        } else {
          epoll.unregister(fd)
          connection.close()
          console.log('%j---offline---', addresses.get(fd))
          connections.delete(fd)
          addresses.delete(fd)
          break
        }
      }
    }
  }
}

// Step 3, non-blocking: on a blocking socket the loop's last accept sleeps until another client connects,
// and no client is served until then. The fix: a non-blocking socket (the default) returns null, and the loop ends.
import { type Address, EPOLLET, EPOLLIN, Epoll, SO_REUSEADDR, SOL_SOCKET, Socket } from 'epollet'

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
    } else if (events === EPOLLIN) {
      const connection = connections.get(fd)!
      const text = utf8.decode(connection.recv(1024)!)
      if (text) {
        console.log(`recv:${text}`)
      } else {
        epoll.unregister(fd)
        connection.close()
        console.log('%j---offline---', addresses.get(fd))
        connections.delete(fd)
        addresses.delete(fd)
      }
    }
  }
}

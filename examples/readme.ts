// The simple model, as the README and the site show it: a server that prints everything that its clients send.
import { EPOLLERR, EPOLLET, EPOLLHUP, EPOLLIN, Epoll, Socket } from 'epollet'

const server = new Socket()
server.bind({ host: '127.0.0.1', port: Number(process.argv[2] ?? 7788) })
server.listen(10)
console.log(server.getsockname())

const epoll = new Epoll()
epoll.register(server, EPOLLIN | EPOLLET)
const clients = new Map<number, Socket>()

function acceptAll(): void {
  for (let next = server.accept(); next !== null; next = server.accept()) {
    const [client, address] = next
    console.log('new client', address)
    clients.set(client.fileno(), client)
    epoll.register(client, EPOLLIN | EPOLLET)
  }
}

/** Reads until nothing is left. Returns false at the end of the stream, or after a reset. */
function drain(client: Socket): boolean {
  try {
    for (let data = client.recv(1024); data !== null; data = client.recv(1024)) {
      if (data.length === 0) return false
      console.log('recv:', data.toString())
    }
    return true
  } catch {
    return false // ECONNRESET, after all bytes that arrived before it
  }
}

while (true) {
  for (const [fd, events] of epoll.poll()) {
    const client = clients.get(fd)
    if (client === undefined) acceptAll()
    // Read first: after a reset, the bytes that arrived before it are still there.
    else if (!drain(client) || (events & (EPOLLERR | EPOLLHUP)) !== 0) {
      console.log('offline', fd)
      epoll.unregister(client)
      clients.delete(fd)
      client.close()
    }
  }
}

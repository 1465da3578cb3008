// Step 9, lengths are bytes: 'file not found, 请输入正确的url' has 25 characters and 37 bytes. A Content-Length
// of 25 truncates the sentence, and the remaining bytes corrupt the next answer. The fix: count bytes.
import { readFileSync } from 'node:fs'
import { EPOLLET, EPOLLIN, EPOLLOUT, Epoll, SO_REUSEADDR, SOL_SOCKET, Socket } from 'epollet'

const port = Number(process.argv[2] ?? 7890)
const documentsRoot = './html'
const notFound = 'file not found, 请输入正确的url'

const listener = new Socket()
listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
listener.bind({ port })
listener.listen(128)
console.log('http服务器使用的port:%j', listener.getsockname())

const epoll = new Epoll()
epoll.register(listener, EPOLLIN | EPOLLET)

const connections = new Map<number, Socket>()
const unsent = new Map<Socket, Buffer>()

/** The answer to a request, head and body. */
function answerTo(request: string): Buffer {
  const target = request.split(' ')[1] ?? ''
  const fileName = target === '/' ? '/index.html' : target
  let body: Buffer
  try {
    body = readFileSync(documentsRoot + fileName)
  } catch {
    let head = 'HTTP/1.1 404 not found\r\n'
    head += 'Content-Type: text/plain; charset=utf-8\r\n'
    head += `Content-Length: ${Buffer.byteLength(notFound)}\r\n\r\n`
    return Buffer.from(head + notFound)
  }
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

/** Sends as much as the kernel takes and keeps the rest. Returns true if nothing is left. */
function send(connection: Socket, answer: Buffer): boolean {
  let rest = answer
  while (rest.length > 0) {
    const sent = connection.send(rest)
    if (sent === null) break
    rest = rest.subarray(sent)
  }
  unsent.set(connection, rest)
  return rest.length === 0
}

/** Answers the requests that have arrived, one at a time. Returns false at the end of the stream. */
function serve(connection: Socket): boolean {
  if (!send(connection, unsent.get(connection)!)) return true
  for (let data = connection.recv(1024); data !== null; data = connection.recv(1024)) {
    if (data.length === 0) return false
    const request = data.toString()
    const sent = send(connection, answerTo(request))
    console.log(request.split('\r\n')[0])
    if (!sent) return true
  }
  return true
}

function hangUp(fd: number): void {
  epoll.unregister(fd)
  unsent.delete(connections.get(fd)!)
  connections.get(fd)!.close()
  connections.delete(fd)
}

while (true) {
  for (const [fd] of epoll.poll()) {
    if (fd === listener.fileno()) {
      for (let next = listener.accept(); next !== null; next = listener.accept()) {
        const [connection] = next
        connections.set(connection.fileno(), connection)
        unsent.set(connection, Buffer.alloc(0))
        epoll.register(connection, EPOLLIN | EPOLLOUT | EPOLLET)
      }
    } else {
      try {
        if (!serve(connections.get(fd)!)) hangUp(fd)
      } catch {
        hangUp(fd)
      }
    }
  }
}

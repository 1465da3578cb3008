// Step 7, the web server: the loop of step 6, and a file for each request. It mirrors the Python program, and
// has three more traps: steps 8 to 10. (Only step 11 handles requests that arrive in pieces.)
import { readFileSync } from 'node:fs'
import { EPOLLET, EPOLLIN, Epoll, SO_REUSEADDR, SOL_SOCKET, Socket } from 'epollet'

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
    head += `Content-Length: ${notFound.length}\r\n\r\n`
    return Buffer.from(head + notFound)
  }
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

function send(connection: Socket, answer: Buffer): void {
  connection.send(answer)
}

/** Answers the requests that have arrived. Returns false at the end of the stream. */
function serve(connection: Socket): boolean {
  for (let data = connection.recv(1024); data !== null; data = connection.recv(1024)) {
    if (data.length === 0) return false
    const request = data.toString()
    send(connection, answerTo(request))
    console.log(request.split('\r\n')[0])
  }
  return true
}

function hangUp(fd: number): void {
  epoll.unregister(fd)
  connections.get(fd)!.close()
  connections.delete(fd)
}

while (true) {
  for (const [fd] of epoll.poll()) {
    if (fd === listener.fileno()) {
      for (let next = listener.accept(); next !== null; next = listener.accept()) {
        const [connection] = next
        connections.set(connection.fileno(), connection)
        epoll.register(connection, EPOLLIN | EPOLLET)
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

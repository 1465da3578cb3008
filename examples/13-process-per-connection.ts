// Step 13, for contrast: a process for each connection, as before multiplexing. Each child has one client, may
// block on it, and shares nothing: if it crashes, only its client is lost. The price is a whole process for each
// client (here all of Node: tens of megabytes and tens of milliseconds); most of these processes sleep.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EPOLLIN, Epoll, SO_REUSEADDR, SOL_SOCKET, Socket } from 'epollet'

const inheritedFd = 3
const isChild = process.argv[2] === 'child'

/** The child: step 1 without epoll, since it has only one client. */
function talk(): void {
  const connection = Socket.fromfd(inheritedFd)
  const address = connection.getpeername()
  const utf8 = new TextDecoder()
  connection.setblocking(true)
  for (let data = connection.recv(1024)!; data.length > 0; data = connection.recv(1024)!) {
    console.log(`recv:${utf8.decode(data, { stream: true })}`)
  }
  connection.close()
  console.log('%j---offline---', address)
}

/** The parent: starts a child for each client, which inherits the connection as descriptor 3. */
function acceptAll(listener: Socket): void {
  const program = [...process.execArgv, fileURLToPath(import.meta.url), 'child']
  for (let next = listener.accept(); next !== null; next = listener.accept()) {
    const [connection, address] = next
    const child = spawn(process.execPath, program, {
      stdio: ['ignore', 'inherit', 'inherit', connection.fileno()],
    })
    connection.close() // the child has its own copy; while this copy is open, the client sees no end of stream
    console.log('有新的客户端到来%j pid:%d', address, child.pid)
  }
}

function serve(port: number): void {
  const listener = new Socket()
  listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
  listener.bind({ port })
  listener.listen(10)
  console.log(listener.getsockname())
  // Node's own loop has to run so that it reaps the children that have ended.
  const epoll = new Epoll()
  epoll.register(listener, EPOLLIN)
  epoll.watch(() => acceptAll(listener))
}

if (isChild) talk()
else serve(Number(process.argv[2] ?? 7788))

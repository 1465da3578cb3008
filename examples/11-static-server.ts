// Step 11, the static server: all steps together, plus what browsers expect. Requests may arrive in pieces or several
// together; a large file is sent as fast as it is read; no client delays others. (lib/ adds deadlines, caching, etc.)
import { constants } from 'node:fs'
import { extname } from 'node:path'
import * as epollet from 'epollet'
import { EPOLLET, EPOLLIN, EPOLLOUT, Epoll, File, RESOLVE_BENEATH, Socket } from 'epollet'

const port = Number(process.argv[2] ?? 7890)
const headBytesMax = 8192
const pieceBytes = 64 * 1024
const stepsPerTurn = 16
const how = { flags: constants.O_NONBLOCK, resolve: RESOLVE_BENEATH } // opening a FIFO must not block
const notFound = 'file not found, 请输入正确的url'
const types: Record<string, string> = { css: 'text/css', html: 'text/html', svg: 'image/svg+xml' }

class Connection {
  readonly socket: Socket
  input = Buffer.alloc(0) // received, but not answered yet
  output: Buffer = Buffer.alloc(0) // still to be sent: first these bytes, then the file from this position
  file: File | null = null
  position = 0
  size = 0
  last = false // this answer is the last
  constructor(socket: Socket) {
    this.socket = socket
  }
}

const root = File.open('./html')
const listener = new Socket()
listener.setsockopt(epollet.SOL_SOCKET, epollet.SO_REUSEADDR, 1)
listener.bind({ port })
listener.listen(128)
console.log('http服务器使用的port:%j', listener.getsockname())

const epoll = new Epoll()
epoll.register(listener, EPOLLIN | EPOLLET)
const connections = new Map<number, Connection>()

function acceptAll(): void {
  for (let next = listener.accept(); next !== null; next = listener.accept()) {
    const [socket] = next
    connections.set(socket.fileno(), new Connection(socket))
    epoll.register(socket, EPOLLIN | EPOLLOUT | EPOLLET)
  }
}

function hangUp({ socket, file }: Connection): void {
  connections.delete(socket.fileno())
  epoll.unregister(socket)
  socket.close()
  file?.close()
  epoll.modify(listener, EPOLLIN | EPOLLET) // checks again, because accept may have failed for lack of descriptors
}

function headOf(status: string, type: string, bytes: number): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Length: ${bytes}\r\n\r\n`
}

function answerText(connection: Connection, status: string, text: string): void {
  connection.output = Buffer.from(headOf(status, 'text/plain', Buffer.byteLength(text)) + text)
}

function answerFile(connection: Connection, target: string): void {
  try {
    const path = decodeURIComponent(target.split('?')[0]!).replace(/(^|\/)$/, '$1index.html')
    const file = File.openBeneath(root, path, how)
    const { isFile, sizeBytes } = file.stat()
    Object.assign(connection, { file, position: 0, size: sizeBytes })
    if (!isFile) throw new Error(`${path} is not a regular file`)
    const type = types[extname(path).slice(1)] ?? 'application/octet-stream'
    connection.output = Buffer.from(headOf('200 OK', type, sizeBytes))
  } catch {
    connection.file?.close()
    connection.file = null
    answerText(connection, '404 not found', notFound)
  }
}

function answer(connection: Connection, head: string): void {
  const [, target, minor] = /^GET \/([!-~]*) HTTP\/1\.([01])\r\n/.exec(head) ?? []
  const malformed = target === undefined || /^(content-length|transfer-encoding)\s*:/im.test(head)
  connection.last = malformed || minor === '0' || /^connection:[ \t]*close/im.test(head)
  if (malformed) answerText(connection, '400 bad request', 'GET only, without a body')
  else answerFile(connection, target)
  console.log('%j', head.split('\r\n', 1)[0])
}

/** The next head if it is complete; a head that is too long counts as malformed. */
function takeHead(connection: Connection): string | null {
  const { input } = connection
  const end = input.indexOf('\r\n\r\n')
  if (end < 0) return input.length < headBytesMax ? null : ''
  connection.input = input.subarray(end + 4)
  return input.toString('latin1', 0, end + 4)
}

function receive(connection: Connection): boolean {
  const data = connection.socket.recv(headBytesMax)
  if (data === null) return false
  if (data.length === 0) hangUp(connection)
  else if (!connection.last) connection.input = Buffer.concat([connection.input, data])
  return data.length > 0
}

function readPiece(connection: Connection, file: File): boolean {
  const { position, size } = connection
  connection.output = file.read(Math.min(pieceBytes, size - position), position)
  connection.position += connection.output.length
  if (connection.output.length === 0 && size > 0) throw new Error('the file has become shorter')
  if (connection.position < size) return true
  file.close()
  connection.file = null
  return true
}

/** Takes one step for a connection. Returns false if the connection has to wait for its next event, or is closed. */
function step(connection: Connection): boolean {
  const { socket, output, file } = connection
  if (output.length > 0) {
    const sent = socket.send(output)
    connection.output = output.subarray(sent ?? 0)
    return sent !== null
  }
  if (file !== null) return readPiece(connection, file)
  if (connection.last) socket.shutdown(epollet.SHUT_WR) // then reads on until the client ends too
  const head = connection.last ? null : takeHead(connection)
  if (head === null) return receive(connection)
  answer(connection, head)
  return true
}

/** Takes steps until the connection would block or has had its share; then it asks the kernel for one more event. */
function turn(connection: Connection): void {
  for (let i = 0; i < stepsPerTurn; i++) if (!step(connection)) return
  epoll.modify(connection.socket, EPOLLIN | EPOLLOUT | EPOLLET)
}

while (true) {
  for (const [fd] of epoll.poll()) {
    const connection = connections.get(fd)
    try {
      if (connection === undefined) acceptAll()
      else turn(connection)
    } catch {
      if (connection !== undefined) hangUp(connection)
    }
  }
}

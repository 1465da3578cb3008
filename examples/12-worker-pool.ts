// Step 12, a pool of workers: multiplexing and parallelism. One thread waits for all clients and does no work itself.
// Each line is a number; a pool of threads counts the primes below it. A client that sends a large number keeps one
// thread busy, but makes no other client wait.
import { Worker } from 'node:worker_threads'
import { EPOLLET, EPOLLIN, Epoll, SO_REUSEADDR, SOL_SOCKET, Socket } from 'epollet'

const port = Number(process.argv[2] ?? 7788)
const poolSize = 4
const lineLengthMax = 80
const listenerId = 0

interface Client {
  readonly socket: Socket
  text: string
  asking: boolean
}

const listener = new Socket()
listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
listener.bind({ port })
listener.listen(128)
console.log(listener.getsockname())

const epoll = new Epoll()
epoll.register(listener, EPOLLIN | EPOLLET, listenerId)

// Clients have ids that are never reused: when an answer is ready, its client may have left, and the number of
// its descriptor may belong to another client. The kernel keeps the id with the registration.
const clients = new Map<number, Client>()
let lastId = listenerId

const idle: Worker[] = []
const questions: { id: number; below: number }[] = []

/** Hands waiting questions to idle threads. */
function handOut(): void {
  while (idle.length > 0 && questions.length > 0) idle.pop()!.postMessage(questions.shift())
}

function addWorker(): void {
  const worker = new Worker(new URL('12-worker.js', import.meta.url))
  worker.on('message', ({ id, primes }: { id: number; primes: number }) => {
    idle.push(worker)
    handOut()
    reply(id, `${primes}\n`)
  })
  idle.push(worker)
}

function hangUp(id: number, { socket }: Client): void {
  epoll.unregister(socket)
  socket.close()
  clients.delete(id)
}

/** Reads one line and queues its question; later bytes stay in the kernel, or here, until the answer is sent. */
function ask(id: number, client: Client): void {
  while (!client.asking) {
    const end = client.text.indexOf('\n')
    if (end >= 0) {
      client.asking = true
      questions.push({ id, below: Number(client.text.slice(0, end)) })
      client.text = client.text.slice(end + 1)
      handOut()
      return
    }
    const data = client.socket.recv(1024)
    if (data === null) return
    if (data.length === 0 || client.text.length > lineLengthMax) {
      hangUp(id, client)
      return
    }
    client.text += data.toString('latin1')
  }
}

function reply(id: number, answer: string): void {
  const client = clients.get(id)
  if (client === undefined) return // the client has left
  client.asking = false
  attempt(id, client, () => {
    if (client.socket.send(answer) === answer.length) ask(id, client)
    else hangUp(id, client) // it sends requests and doesn't read the answers
  })
}

/** A client that resets its connection must not stop the server. */
function attempt(id: number, client: Client, action: () => void): void {
  try {
    action()
  } catch {
    hangUp(id, client)
  }
}

function acceptAll(): void {
  for (let next = listener.accept(); next !== null; next = listener.accept()) {
    const [socket] = next
    const id = ++lastId
    clients.set(id, { socket, text: '', asking: false })
    epoll.register(socket, EPOLLIN | EPOLLET, id)
  }
}

for (let i = 0; i < poolSize; i++) addWorker()

// Answers arrive through Node's own loop, so the epoll is watched from there: a blocking poll() would hold them
// up. (Python's threads need a separate descriptor to wake a poll(): see 12-worker-pool.py.)
epoll.watch((events, count) => {
  for (let i = 0; i < count; i++) {
    const id = events.data(i)
    const client = clients.get(id)
    if (client !== undefined) attempt(id, client, () => ask(id, client))
    else if (id === listenerId) acceptAll()
  }
})

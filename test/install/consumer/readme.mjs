// What the README shows, as plain JavaScript for every Node: no types, no `using`.
import assert from 'node:assert/strict'
import {
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  Epoll,
  EventBuffer,
  EventFd,
  Socket,
  TimerFd,
} from 'epollet'
import { createServer } from 'epollet/http'

const server = new Socket()
server.bind({ host: '127.0.0.1', port: 0 })
server.listen(10)
const epoll = new Epoll()
epoll.register(server, EPOLLIN | EPOLLET)
/** @type {Map<number, Socket>} */
const clients = new Map()
let received = ''
let left = 0

function acceptAll() {
  for (let next = server.accept(); next !== null; next = server.accept()) {
    const [client] = next
    clients.set(client.fileno(), client)
    epoll.register(client, EPOLLIN | EPOLLET)
  }
}

/** @param {Socket} client */
function drain(client) {
  try {
    for (let data = client.recv(1024); data !== null; data = client.recv(1024)) {
      if (data.length === 0) return false
      received += data.toString()
    }
    return true
  } catch {
    return false
  }
}

const peer = new Socket()
peer.connect(server.getsockname())
peer.send('hello')
while (left === 0) {
  for (const [fd, events] of epoll.poll(5)) {
    const client = clients.get(fd)
    if (client === undefined) acceptAll()
    else if (!drain(client) || (events & (EPOLLERR | EPOLLHUP)) !== 0) {
      epoll.unregister(client)
      clients.delete(fd)
      client.close()
      left++
    } else if (received === 'hello') peer.close()
  }
}
assert.deepEqual([received, clients.size], ['hello', 0])
for (const open of [epoll, server]) open.close()

const again = new Epoll()
const ready = new EventFd(1)
again.register(ready, EPOLLIN, 4711)
const events = new EventBuffer(64)
assert.equal(again.wait(events, 0), 1)
assert.equal(events.data(0), 4711)
const timer = new TimerFd()
for (const open of [again, ready, timer]) open.close()

const own = createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ path: request.path }))
})
const { port } = own.listen({ host: '127.0.0.1', port: 0 })
const options = { headers: { connection: 'close' } }
const answer = await fetch(`http://127.0.0.1:${port}/made`, options)
assert.deepEqual(await answer.json(), { path: '/made' })
own.close()
console.log('read')

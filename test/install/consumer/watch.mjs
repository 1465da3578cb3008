import assert from 'node:assert/strict'
import { EPOLLET, EPOLLIN, Epoll, EventLoop, Pipe, Socket } from 'epollet'

const loop = new EventLoop()
const pipe = new Pipe()
const text = await new Promise(resolve => {
  const registration = loop.add(pipe.reader, EPOLLIN | EPOLLET, () => {
    resolve(String(pipe.reader.read(1024)))
    registration.remove()
  })
  setTimeout(() => pipe.writer.write('through a pipe'), 1)
})
assert.equal(text, 'through a pipe')
loop.close()
pipe.close()

const server = new Socket()
server.bind({ host: '127.0.0.1', port: 0 })
server.listen(1)
const epoll = new Epoll()
epoll.register(server, EPOLLIN)
const client = new Socket()
const fd = new Promise(resolve => {
  const watcher = epoll.watch(events => {
    watcher.close()
    resolve(events.data(0))
  })
})
client.connect(server.getsockname())
assert.equal(await fd, server.fileno())
for (const open of [epoll, server, client]) open.close()

const again = new Epoll()
const other = new Pipe()
again.register(other.reader, EPOLLIN)
setTimeout(() => other.writer.write('x'), 1)
for await (const events of again) {
  assert.deepEqual(events, [[other.reader.fileno(), EPOLLIN]])
  break
}
again.close()
other.close()
console.log('watched')

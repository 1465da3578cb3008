import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { EPOLLET, EPOLLIN, EPOLLOUT, Epoll, Socket } from 'epollet'
import { HttpServer } from 'epollet/http'
import { serveDirectory } from 'epollet/static'

const [left, right] = Socket.pair()
const epoll = new Epoll()
epoll.register(left, EPOLLIN | EPOLLOUT | EPOLLET)
assert.deepEqual(epoll.poll(0), [[left.fileno(), EPOLLOUT]])
assert.deepEqual(epoll.poll(0), [])
right.send('hello')
assert.deepEqual(epoll.poll(0), [[left.fileno(), EPOLLIN | EPOLLOUT]])
assert.equal(String(left.recv(1024)), 'hello')
assert.equal(left.recv(1024), null)
for (const open of [epoll, left, right]) open.close()
assert.equal(typeof HttpServer, 'function')
assert.equal(typeof serveDirectory, 'function')
const require = createRequire(import.meta.url)
assert.equal(require('epollet').Epoll, Epoll, 'what is required is what is imported')
console.log('imported', require('epollet/package.json').version)

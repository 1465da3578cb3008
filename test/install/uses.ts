// What an installed package is asked to do on each host.
import assert from 'node:assert/strict'

/** Run beside node_modules; prints one line of JSON. */
export const program = `
import { readFileSync, writeFileSync } from 'node:fs'
import { Epoll, EPOLLIN, EventFd, EventLoop } from 'epollet'
import { createServer, HttpServer } from 'epollet/http'
import { serveDirectory } from 'epollet/static'

const event = new EventFd(1)
const epoll = new Epoll()
epoll.register(event, EPOLLIN, 2 ** 40 + 1)
const waited = epoll.poll(1000)
const watched = await new Promise(resolve => epoll.watch(events => resolve(events.data(0))))
epoll.close()
const loop = new EventLoop()
const looped = await new Promise(resolve => loop.add(event, EPOLLIN, resolve))
loop.close()

const file = 'x'.repeat(100_000)
writeFileSync('/tmp/file.txt', file)
const directory = serveDirectory('/tmp')
const ask = async server => {
  const { port } = server.listen({ port: 0 })
  const response = await fetch('http://127.0.0.1:' + port + '/file.txt')
  return response.text()
}
const served = await ask(new HttpServer((request, responder) => directory.handle(request, responder)))
const answered = await ask(createServer((request, response) => response.end(request.path)))
const maps = readFileSync('/proc/self/maps', 'utf8')
console.log(JSON.stringify({
  waited, watched, looped, served: served === file, answered,
  addon: maps.match(/\\S*epollet\\S*\\.node/)?.[0],
  libc: maps.match(/\\S*\\/(?:libc|ld-musl)[-.]\\S*/)?.[0],
}))
process.exit()
`

/** Where the program above has found the addon and the libc. */
export function held(printed: string): { addon: string; libc: string } {
  const { addon, libc, ...rest } = JSON.parse(printed)
  assert.deepEqual(rest, {
    waited: [[2 ** 40 + 1, 1]],
    watched: 2 ** 40 + 1,
    looped: 1,
    served: true,
    answered: '/file.txt',
  })
  return { addon, libc }
}

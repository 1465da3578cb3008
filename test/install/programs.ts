// Programs that use the installed package; they run in the folder that has node_modules.
import assert from 'node:assert/strict'
import { write } from '../project/temporary.ts'

/** A program as a user would write it, and the line that it prints. */
export interface Program {
  readonly does: string
  readonly ending?: 'mjs' | 'cjs'
  readonly code: string
  readonly prints: string
}

/** A program for each part of the public API. They run in a folder that putPrograms() has prepared. */
export const programs: readonly Program[] = [
  {
    does: 'an Epoll registers, polls, modifies and unregisters',
    code: `
      import { Epoll, EPOLLIN, EPOLLOUT, EventFd } from 'epollet'
      const epoll = new Epoll()
      const event = new EventFd(1)
      epoll.register(event, EPOLLIN, 7)
      const first = epoll.poll(0)
      epoll.modify(event, EPOLLOUT, 2 ** 40)
      const second = epoll.poll(0)
      epoll.unregister(event)
      const start = performance.now()
      const third = epoll.poll(30)
      const waited = performance.now() - start
      epoll.close()
      event.close()
      console.log(JSON.stringify([first, second, third, waited >= 30, epoll.closed]))`,
    prints: '[[[7,1]],[[1099511627776,4]],[],true,true]',
  },
  {
    does: 'require() returns what import returns',
    ending: 'cjs',
    code: `
      const { Epoll } = require('epollet')
      const { createServer } = require('epollet/http')
      const { serveDirectory } = require('epollet/static')
      const epoll = new Epoll()
      const ready = epoll.poll(0).length
      epoll.close()
      import('epollet').then(imported =>
        console.log(ready, imported.Epoll === Epoll, typeof createServer, typeof serveDirectory))`,
    prints: '0 true function function',
  },
  {
    does: 'a SystemError has the code and the system call',
    code: `
      import { Epoll, EPOLLIN, SystemError } from 'epollet'
      const epoll = new Epoll()
      try {
        epoll.register(999_999, EPOLLIN)
      } catch (error) {
        console.log(error instanceof SystemError, error.code, error.syscall)
      }
      epoll.close()`,
    prints: 'true EBADF epoll_ctl',
  },
  {
    does: 'sockets, pipes, timers and files work',
    code: `
      import { EPOLLIN, Epoll, File, Pipe, Poll, select, Socket, TimerFd } from 'epollet'
      const server = new Socket()
      server.bind({ host: '127.0.0.1', port: 0 })
      server.listen()
      const client = new Socket({ blocking: true })
      const connected = client.connect(server.getsockname())
      const [readable] = select([server], [], [], 1000)
      const [connection, from] = server.accept()
      client.send('hello')
      const poll = new Poll()
      poll.register(connection, EPOLLIN)
      const ready = poll.poll(1000).length
      const text = connection.recv(100).toString()
      const pipe = new Pipe()
      pipe.writer.write('x')
      const timer = new TimerFd()
      timer.set({ initialMs: 5 })
      const epoll = new Epoll()
      epoll.register(timer, EPOLLIN)
      const fired = epoll.poll(1000).length
      const file = File.open('package.json')
      const start = file.read(1).toString()
      console.log(connected, readable.length, ready, text, pipe.reader.read(9).toString(),
        fired, start, from.host)
      for (const one of [server, client, connection, pipe, timer, epoll, file]) one.close()`,
    prints: 'true 1 1 hello x 1 { 127.0.0.1',
  },
  {
    does: 'an EventLoop calls handlers and timers, and the process ends when the loop is closed',
    code: `
      import { EPOLLIN, EventFd, EventLoop } from 'epollet'
      const loop = new EventLoop()
      const event = new EventFd()
      const seen = []
      const registration = loop.add(event, EPOLLIN, () => {
        seen.push(Number(event.read()))
        if (seen.length === 3) {
          registration.remove()
          loop.after(20, () => {
            console.log(seen.join())
            loop.close()
            event.close()
          })
        } else event.write(seen.length)
      })
      loop.defer(() => event.write(9))`,
    prints: '9,1,2',
  },
  {
    does: 'watch() reports an edge once, and the process lives until the watcher is closed',
    code: `
      import { EPOLLET, EPOLLIN, Epoll, EventFd } from 'epollet'
      import { setTimeout } from 'node:timers/promises'
      const epoll = new Epoll()
      const event = new EventFd(1)
      epoll.register(event, EPOLLIN | EPOLLET)
      let calls = 0
      let told
      const watcher = epoll.watch(() => {
        calls++
        told?.()
      })
      const call = () => new Promise(resolve => { told = resolve })
      if (calls === 0) await call()
      await setTimeout(300)
      const once = calls
      const next = call()
      event.write(1)
      await next
      watcher.close()
      event.write(1)
      await setTimeout(300)
      console.log(once, calls, watcher.closed)
      epoll.close()`,
    prints: '1 2 true',
  },
  {
    does: 'watch() alone keeps the process alive, and unref() lets it end',
    code: `
      import { EPOLLIN, Epoll, EventFd, TimerFd } from 'epollet'
      const quiet = new Epoll()
      quiet.register(new EventFd(), EPOLLIN)
      quiet.watch(() => console.log('never')).unref()
      const epoll = new Epoll()
      const timer = new TimerFd()
      timer.set({ initialMs: 100 })
      epoll.register(timer, EPOLLIN)
      const watcher = epoll.watch(() => {
        console.log('called')
        watcher.close()
      })`,
    prints: 'called',
  },
  {
    does: 'the next batch waits for the promise of the listener',
    code: `
      import { EPOLLIN, Epoll, EventFd } from 'epollet'
      import { setTimeout } from 'node:timers/promises'
      const epoll = new Epoll()
      const event = new EventFd(1)
      epoll.register(event, EPOLLIN)
      const seen = []
      const watcher = epoll.watch(async () => {
        seen.push('in')
        await setTimeout(100)
        seen.push('out')
        if (seen.length < 6) return
        watcher.close()
        epoll.close()
        console.log(seen.join())
      })`,
    prints: 'in,out,in,out,in,out',
  },
  {
    does: 'an error in a listener is an uncaughtException, and watching goes on',
    code: `
      import { EPOLLIN, Epoll, EventFd } from 'epollet'
      const epoll = new Epoll()
      const event = new EventFd(1)
      epoll.register(event, EPOLLIN)
      const seen = []
      process.on('uncaughtException', error => {
        seen.push(error.message)
        if (seen.length < 2) return
        console.log(seen.join())
        process.exit()
      })
      epoll.watch(() => { throw new Error('on purpose') })`,
    prints: 'on purpose,on purpose',
  },
  {
    does: 'for await yields batches, and ends when the epoll is closed',
    code: `
      import { EPOLLIN, Epoll, EventFd } from 'epollet'
      const epoll = new Epoll()
      const event = new EventFd(3)
      epoll.register(event, EPOLLIN, 5)
      let count = 0
      for await (const batch of epoll) {
        if (++count === 3) epoll.close()
        else console.assert(batch[0][0] === 5)
      }
      console.log(count)`,
    prints: '3',
  },
  {
    does: 'a worker can watch, and can be terminated meanwhile',
    code: `
      import { EPOLLIN, Epoll, EventFd } from 'epollet'
      import { isMainThread, parentPort, Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      if (isMainThread) {
        const worker = new Worker(new URL(import.meta.url))
        const [message] = await once(worker, 'message')
        await worker.terminate()
        console.log(message)
        process.exit()
      } else {
        const epoll = new Epoll()
        const event = new EventFd(1)
        epoll.register(event, EPOLLIN)
        epoll.watch(() => {
          event.read()
          parentPort.postMessage('watched')
        })
      }`,
    prints: 'watched',
  },
  {
    does: 'createServer() answers a thousand requests, reads bodies and streams',
    code: `
      import { createServer } from 'epollet/http'
      const server = createServer((request, response) => {
        if (request.method === 'POST') return response.end(request.body)
        if (request.path !== '/stream') return response.end('hello')
        for (let i = 0; i < 3; i++) response.write('part ' + i + ' ')
        response.end()
      })
      const { port } = server.listen({ port: 0 })
      const ask = async (path, options) =>
        (await fetch('http://127.0.0.1:' + port + path, options)).text()
      let right = 0
      for (let i = 0; i < 10; i++) {
        const texts = await Promise.all(Array.from({ length: 100 }, () => ask('/')))
        right += texts.filter(text => text === 'hello').length
      }
      const body = await ask('/', { method: 'POST', body: 'b'.repeat(100_000) })
      console.log(right, body.length, (await ask('/stream')).trim())
      await server.drain()
      server.close()
      process.exit()`,
    prints: '1000 100000 part 0 part 1 part 2',
  },
  {
    does: 'serveDirectory() serves the files of a directory',
    code: `
      import { HttpServer } from 'epollet/http'
      import { serveDirectory } from 'epollet/static'
      const directory = serveDirectory('site')
      const server = new HttpServer((request, responder) => directory.handle(request, responder))
      const { port } = server.listen({ port: 0 })
      const response = await fetch('http://127.0.0.1:' + port + '/large.bin')
      console.log(response.status, (await response.text()).length)
      directory.close()
      server.close()
      process.exit()`,
    prints: '200 3000000',
  },
]

/** The file name under which putPrograms() writes a program. */
export function fileOf(index: number): string {
  return `program-${index}.${programs[index]!.ending ?? 'mjs'}`
}

/** Writes the programs and the files that they serve into a folder. */
export function putPrograms(folder: string): void {
  write(folder, 'site/index.html', '<h1>hello</h1>')
  write(folder, 'site/large.bin', 'x'.repeat(3_000_000))
  for (const [i, { code }] of programs.entries()) write(folder, fileOf(i), code)
}

/** Uses all parts in one process, for hosts that start slowly, and prints one line of JSON. */
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

/** Checks the output of `program`, and returns the paths of its addon and its libc. */
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

// Unknown names in options are refused everywhere.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createServer, HttpServer, type ServerOptions } from '../../lib/http/index.ts'
import {
  AF_UNIX,
  Epoll,
  EventFd,
  EventLoop,
  File,
  Listener,
  Pipe,
  PipeReader,
  Socket,
  TimerFd,
} from '../../lib/index.ts'
import { exportLab, LabServer, Runner } from '../../lib/lab/index.ts'
import { AccessLog } from '../../lib/service/index.ts'
import { serveDirectory } from '../../lib/static/index.ts'

const inet = new Socket()
const unix = new Socket({ domain: AF_UNIX })
const timer = new TimerFd()
const epoll = new Epoll()
const loop = new EventLoop()
const server = new HttpServer(() => {})
const runner = new Runner()

after(async () => {
  for (const open of [inet, unix, timer, epoll, loop, server]) open.close()
  await runner.close()
})

// biome-ignore lint/suspicious/noExplicitAny: wrong names are the subject
type Call = (options: any) => unknown

const host = '127.0.0.1'
/** A call, valid options, an unknown option, and the name that the error suggests. */
const rows: [name: string, call: Call, fits: object, wrong: string, near?: string][] = [
  ['new Epoll()', v => new Epoll(v), {}, 'onsignal', 'onSignal'],
  ['Epoll.fromfd()', v => Epoll.fromfd(epoll.fileno(), v), {}, 'own', 'owns'],
  ['new Socket()', v => new Socket(v), {}, 'blockin', 'blocking'],
  ['new Socket()', v => new Socket(v), {}, 'family'],
  ['socket.send()', v => inet.send('x', v), {}, 'flag', 'flags'],
  ['socket.bind()', v => inet.bind(v), { port: 0 }, 'address'],
  ['socket.bind()', v => inet.bind(v), { port: 0 }, 'hots', 'host'],
  ['socket.bind()', v => inet.bind(v), { port: 0 }, 'path'],
  ['socket.bind() of a unix socket', v => unix.bind(v), { path: '\0x' }, 'port'],
  ['socket.connect()', v => inet.connect(v), { host, port: 1 }, 'family'],
  ['new EventFd()', v => new EventFd(0, v), {}, 'semaphor', 'semaphore'],
  ['timer.set()', v => timer.set(v), { initialMs: 1 }, 'every'],
  ['timer.set()', v => timer.set(v), { initialMs: 1 }, 'interval', 'intervalMs'],
  ['File.open()', v => File.open('/', v), {}, 'flag', 'flags'],
  ['File.openBeneath()', v => File.openBeneath(0, 'x', v), { resolve: 8 }, 'mode'],
  ['new HttpServer()', v => new HttpServer(() => {}, v), {}, 'idleTimeout', 'idleTimeoutMs'],
  ['createServer()', v => createServer(() => {}, v), {}, 'onerror', 'onError'],
  ['server.listen()', v => server.listen(v), { port: 0 }, 'reuseport', 'reusePort'],
  ['server.listen()', v => server.listen(v), { path: 'x' }, 'port'],
  ['server.listen()', v => server.listen(v), { fd: 0 }, 'backlog'],
  ['server.listen()', v => server.listen(v), { port: 0 }, 'hostname', 'host'],
  ['new Listener()', v => new Listener(loop, inet, v), {}, 'onconnection', 'onConnection'],
  ['Socket.pair()', v => Socket.pair(v), {}, 'types', 'type'],
  ['Socket.fromfd()', v => Socket.fromfd(inet.fileno(), v), {}, 'own', 'owns'],
  ['PipeReader.fromfd()', v => PipeReader.fromfd(0, v), {}, 'own', 'owns'],
  ['EventFd.fromfd()', v => EventFd.fromfd(0, v), {}, 'own', 'owns'],
  ['TimerFd.fromfd()', v => TimerFd.fromfd(0, v), {}, 'own', 'owns'],
  ['File.fromfd()', v => File.fromfd(0, v), {}, 'own', 'owns'],
  ['serveDirectory()', v => serveDirectory('/', v), {}, 'cleanURLs', 'cleanUrls'],
  ['new AccessLog()', v => new AccessLog(2, undefined, v), {}, 'waitingBytes', 'waitingBytesMax'],
  ['new Runner()', v => new Runner(v), {}, 'runMs', 'runMsMax'],
  ['runner.run()', v => runner.run([], v), {}, 'state', 'states'],
  ['runner.runScenario()', v => runner.runScenario({} as never, 'fix', v), {}, 'counts', 'count'],
  ['new LabServer()', v => new LabServer(v), { hosts: [] }, 'host', 'hosts'],
  ['exportLab()', v => exportLab('/', runner, v), {}, 'onRecords', 'onRecord'],
]

for (const [name, call, fits, wrong, near] of rows) {
  test(`${name} refuses the unknown option ${wrong}`, async () => {
    const hint = near === undefined ? '' : ` \\(did you mean '${near}'\\?\\)`
    await assert.rejects(async () => call({ ...fits, [wrong]: 1 }), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: RegExp(
        `^(options|address|time|handler): expected some of .*, got '${wrong}'${hint}$`,
      ),
    })
  })
}

test('a call without options refuses an options object', () => {
  const calls: Call[] = [v => new Pipe(v)]
  for (const call of calls) {
    for (const options of [{}, { type: 2 }, { owns: false }]) {
      assert.throws(() => call(options), {
        name: 'TypeError',
        message: /^options: expected none, got \{/,
      })
    }
  }
})

test('an unknown option is refused even if its value is undefined; a known option may be undefined', () => {
  assert.throws(() => new Socket({ blockin: undefined } as never), TypeError)
  new Socket({ blocking: undefined } as never).close()
  assert.throws(() => serveDirectory('/', { x: undefined } as never), TypeError)
  assert.throws(() => new HttpServer(() => {}, { ['__proto__x']: 1 } as ServerOptions), TypeError)
})

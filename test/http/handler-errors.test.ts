// Handlers of createServer() that throw, reject or never answer.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { ServerHandler } from '../../lib/http/index.ts'
import { uncaughtIn } from '../support/uncaught.ts'
import { client, talk, undated } from './client.ts'
import { answer, get, later, serving, signal } from './echo-server.ts'

for (const [name, handler] of [
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  [
    'rejects',
    async () => {
      await setImmediate()
      throw new Error('broken')
    },
  ],
] as [string, ServerHandler][]) {
  test(`if a handler ${name}, the client gets a 500, and the server keeps serving`, async () => {
    const errors: string[] = []
    using server = serving(handler, { onError: error => errors.push(error.message) })
    for (let i = 0; i < 2; i++) {
      assert.match(
        await talk(server.port, get('/1') + get('/2')),
        /^HTTP\/1\.1 500 .*\r\nConnection: close\r\n.*500 Internal Server Error\n$/s,
      )
    }
    assert.deepEqual(errors, ['broken', 'broken'])
  })
}

test('if a handler throws after the head was sent, the connection is reset', async () => {
  const errors: string[] = []
  const read = signal()
  using server = serving(
    async (_request, response) => {
      response.write('half')
      await read.promise
      throw new Error('broken')
    },
    { onError: error => errors.push(error.message) },
  )
  await using peer = await client(server.port)
  peer.send(get('/'))
  await once(peer.socket, 'data')
  read.resolve()
  await assert.rejects(peer.rest(), { code: 'ECONNRESET' })
  assert.deepEqual(errors, ['broken'])
})

test('an error that a handler throws after its answer is only reported', async () => {
  const errors: string[] = []
  using server = serving(
    (request, response) => {
      response.end(request.path)
      throw new Error('broken')
    },
    { onError: error => errors.push(error.message) },
  )
  assert.equal(undated(await talk(server.port, get('/1') + get('/2'))), answer('/1') + answer('/2'))
  assert.deepEqual(errors, ['broken', 'broken'])
})

test('an error that the log function throws is only reported', async () => {
  const errors: string[] = []
  using server = serving(later, {
    log: () => assert.fail('the log is broken'),
    onError: error => errors.push(error.message),
  })
  const received = undated(await talk(server.port, get('/1') + get('/22')))
  assert.equal(received, answer('GET /1 ') + answer('GET /22 '))
  assert.deepEqual(errors, ['the log is broken', 'the log is broken'])
})

test('an error that onError throws causes an uncaught exception, and the server keeps serving', async () => {
  const handler: ServerHandler = (request, response) => {
    if (request.path === '/bad') throw new Error('the handler is broken')
    response.end('good')
  }
  const messages = await uncaughtIn(async () => {
    using server = serving(handler, { onError: () => assert.fail('onError is broken') })
    assert.match(await talk(server.port, get('/bad')), /^HTTP\/1\.1 500 /)
    assert.match(await talk(server.port, get('/good')), /good$/)
    await setImmediate()
  })
  assert.deepEqual(messages, ['onError is broken'])
})

for (const [name, thrown] of [
  ['an object without a prototype', Object.create(null)],
  ['an object whose toString throws', { toString: () => assert.fail('asked') }],
  ['nothing', undefined],
  ['an error whose message is a number', Object.assign(new Error(), { message: 1, stack: null })],
] as const)
  test(`without onError, if a handler throws ${name}, the client gets a 500, and the server keeps serving`, async () => {
    const warned = once(process, 'warning')
    using server = serving(async request => {
      if (request.path === '/throws') throw thrown
    })
    await using peer = await client(server.port)
    assert.equal((await peer.get('/throws')).status, 500)
    await warned
    await using other = await client(server.port)
    assert.equal((await other.get('/throws')).status, 500)
  })

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function withHostile(name: string): Error {
  return Object.defineProperty(new Error('x'), name, {
    get() {
      throw new Error('looked at')
    },
  })
}

const odd: [what: string, thrown: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 7],
  ['a symbol', Symbol('s')],
  ['an object without a prototype', Object.create(null)],
  ['a Proxy that is revoked', revoked({})],
  ['a Proxy of an Error that is revoked', revoked(new Error('x'))],
  ['a Proxy of a function that is revoked', revoked(() => {})],
  ['an object that holds such a Proxy', { inner: revoked({}) }],
  ['an Error whose message throws', withHostile('message')],
  ['an Error whose stack throws', withHostile('stack')],
  ['an Error whose cause is such a Proxy', new Error('x', { cause: revoked({}) })],
  ['an Error whose message is an object', Object.assign(new Error('x'), { message: {} })],
  // biome-ignore lint/suspicious/noThenProperty: the test is about it
  ['an object that looks like a promise', { then: () => {} }],
]

for (const [what, thrown] of odd) {
  test(`if a handler throws ${what}, the client gets a 500, and the server keeps serving`, async () => {
    const errors: unknown[] = []
    const handler: ServerHandler = ({ path }, response) => {
      if (path === '/now') throw thrown
      return path === '/late' ? Promise.reject(thrown) : response.end('fine')
    }
    using server = serving(handler, { onError: error => errors.push(error) })
    for (const path of ['/now', '/late']) {
      const failed = await talk(server.port, get(path, 'Connection: close'))
      assert.match(failed, /^HTTP\/1\.1 500 /)
    }
    assert.match(await talk(server.port, get('/', 'Connection: close')), /fine$/)
    assert.equal(errors.length, 2)
  })
}

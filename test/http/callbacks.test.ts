// Callbacks that throw do not interrupt the server's work.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  Answer,
  HttpServer,
  type LateResponder,
  type RequestHandler,
  type ServerOptions,
} from '../../lib/http/index.ts'
import { errorOf } from '../../lib/http/thrown.ts'
import type { FileSource } from '../../lib/net/index.ts'
import { Raw } from '../support/raw-client.ts'
import { uncaughtIn } from '../support/uncaught.ts'
import { client, talk } from './client.ts'

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const say: RequestHandler = (_, responder) => responder.text(200, 'x')

function broken(): never {
  throw new Error('broken')
}

const revoked = Proxy.revocable({}, {})
revoked.revoke()
const hostile: [name: string, thrown: unknown][] = [
  ['null', null],
  ['undefined', undefined],
  ['a string', 'text'],
  ['a symbol', Symbol('text')],
  ['a revoked proxy', revoked.proxy],
  ['a proxy of an error that throws', new Proxy(new Error('x'), { get: broken })],
  ['an object whose prototype throws', Object.create(new Proxy({}, { get: broken }))],
  [
    'an error whose message throws',
    Object.defineProperty(new Error('x'), 'message', { get: broken }),
  ],
  [
    'an error whose message and stack are not strings',
    Object.assign(new Error('x'), { message: 5, stack: {} }),
  ],
]

for (const [name, thrown] of hostile) {
  test(`if a handler throws ${name}, the client gets a 500, and an Error is reported`, async () => {
    const errors: unknown[] = []
    const throws: RequestHandler = () => {
      throw thrown
    }
    using server = new HttpServer(throws, { onError: error => errors.push(error) })
    const { port } = server.listen({ port: 0 })
    assert.match(await talk(port, get), /^HTTP\/1\.1 500 /)
    assert.equal(errors.length, 1)
    assert.ok(errors[0] instanceof Error)
    assert.equal(errorOf(errors[0]), errors[0])
  })

  test(`without onError, a handler that throws ${name} causes a warning`, async t => {
    const warned: unknown[] = []
    t.mock.method(process, 'emitWarning', (text: unknown) => warned.push(text))
    using server = new HttpServer(() => {
      throw thrown
    })
    const { port } = server.listen({ port: 0 })
    const messages = await uncaughtIn(async () => {
      assert.match(await talk(port, get), /^HTTP\/1\.1 500 /)
    })
    assert.deepEqual([messages, warned.map(text => typeof text)], [[], ['string']])
  })
}

/** Announces five bytes, but the file is empty. */
const shrunk: RequestHandler = (_, responder) => {
  const fd = openSync('/dev/null', 'r')
  const answer = new Answer(200, [['Content-Length', 5]], null, responder.persistence)
  const file = { fd, release: () => closeSync(fd) }
  responder.sendParts(answer, [{ file, offset: 0, end: 5 }])
}

const reports: [name: string, handler: RequestHandler, options: ServerOptions][] = [
  ['when a file shrinks', shrunk, {}],
  ['when a handler throws', broken, {}],
  ['when the log throws', say, { log: broken }],
  ['when readsBodies throws', say, { readsBodies: broken }],
]

for (const [name, handler, options] of reports) {
  test(`an onError that throws ${name} causes an uncaught exception, and the server can still drain`, async () => {
    using server = new HttpServer(handler, {
      ...options,
      onError: () => {
        throw new Error('onError is broken')
      },
    })
    const { port } = server.listen({ port: 0 })
    const messages = await uncaughtIn(async () => {
      const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'
      await talk(port, 'readsBodies' in options ? post : get).catch(() => {})
      await server.drain()
    })
    assert.deepEqual([messages, server.connections], [['onError is broken'], 0])
  })
}

test('an error that onDrop throws is reported, and the client still gets its 503', async () => {
  const errors: string[] = []
  using server = new HttpServer(say, {
    connectionsMax: 1,
    onDrop: broken,
    log: broken,
    onError: ({ message }) => errors.push(message),
  })
  const { port } = server.listen({ port: 0 })
  await using first = await client(port)
  first.send('G')
  while (server.connections === 0) await setImmediate()
  assert.match(await talk(port, get), /^HTTP\/1\.1 503 /)
  assert.deepEqual([errors, server.connections], [['broken', 'broken'], 1])
})

test("an error that a file's release throws causes an uncaught exception, and the connection is closed", async () => {
  const handler: RequestHandler = (_, responder) => {
    const fd = openSync('/dev/zero', 'r')
    const file: FileSource = {
      fd,
      release() {
        closeSync(fd)
        throw new Error('release is broken')
      },
    }
    const answer = new Answer(200, [['Content-Length', 2e9]], null, responder.persistence)
    responder.sendParts(answer, [{ file, offset: 0, end: 2e9 }])
  }
  using server = new HttpServer(handler)
  const { port } = server.listen({ port: 0 })
  const messages = await uncaughtIn(async () => {
    await using peer = await client(port)
    peer.send(get)
    while (server.connections === 0) await setImmediate()
    peer.socket.resetAndDestroy()
    await server.drain()
  })
  assert.deepEqual([messages, server.connections], [['release is broken'], 0])
})

/** Begins a stream whose callbacks throw, and writes until it must wait for room. */
function stream(into: LateResponder[]): RequestHandler {
  return (_, responder) => {
    const late = responder.later()
    into.push(late)
    late.onAbandon(broken)
    const head = new Answer(200, [['Transfer-Encoding', 'chunked']], null, late.persistence)
    late.begin(head, broken)
    while (late.write(Buffer.alloc(1_000_000)));
  }
}

test('an error that onRoom throws is reported, and the connection is reset', async () => {
  const errors: string[] = []
  using server = new HttpServer(stream([]), { onError: ({ message }) => errors.push(message) })
  const { port } = server.listen({ port: 0 })
  using peer = new Raw(port)
  await peer.send(get)
  assert.equal(await peer.readToEnd(), 'ECONNRESET')
  await server.drain()
  // The second error is thrown by onAbandon.
  assert.deepEqual(errors, ['broken', 'broken'])
})

test('close() closes all connections even if onAbandon throws', async () => {
  const errors: string[] = []
  const streams: LateResponder[] = []
  const onError = ({ message }: Error) => void errors.push(message)
  using server = new HttpServer(stream(streams), { onError })
  const { port } = server.listen({ port: 0 })
  await using one = await client(port)
  await using two = await client(port)
  for (const peer of [one, two]) {
    peer.socket.pause()
    peer.send(get)
  }
  while (streams.length < 2) await setImmediate()
  server.close()
  assert.deepEqual([errors, server.connections], [['broken', 'broken'], 0])
})

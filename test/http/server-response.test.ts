import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { ServerHandler, ServerResponse } from '../../lib/http/index.ts'
import { client, talk, undated } from './client.ts'
import { answer, get, request, serving, signal } from './echo-server.ts'

test('write() sends a chunked body, and the next request is answered after it', async () => {
  using server = serving(async (request, response) => {
    if (request.path === '/2') return response.end('two')
    response.write('one')
    await setImmediate()
    response.write('')
    response.write(Buffer.from('!'))
    response.end('?')
  })
  const chunks =
    'HTTP/1.1 200 OK\r\nDate: -\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n1\r\n!\r\n1\r\n?\r\n0\r\n\r\n'
  await using peer = await client(server.port)
  peer.send(get('/1') + get('/2', 'Connection: close'))
  assert.equal(undated((await peer.rest()).toString()), chunks + answer('two', '200 OK', true))
})

test('a body of exactly Content-Length bytes arrives, and a shorter or longer one resets the connection', async () => {
  const errors: string[] = []
  const handler: ServerHandler = async (request, response) => {
    response.setHeader('Content-Length', 5)
    response.write('hel')
    await begun.promise
    if (request.path === '/right') response.end('lo')
    else if (request.path === '/long') response.end('lo!')
    else response.end()
  }
  let begun = signal()
  using server = serving(handler, { onError: error => errors.push(error.message) })
  for (const target of ['/long', '/short', '/right']) {
    await using peer = await client(server.port)
    begun = signal()
    peer.send(get(target))
    await once(peer.socket, 'data')
    begun.resolve()
    if (target === '/right') assert.equal((await peer.answer()).body.toString(), 'hello')
    else await assert.rejects(peer.rest(), { code: 'ECONNRESET' })
  }
  assert.equal(errors.length, 2)
  for (const message of errors) assert.match(message, /the Content-Length of 5 that was set/)
})

test('the end of a stream to an HTTP/1.0 client is marked by closing the connection', async () => {
  using server = serving((_request, response) => {
    response.write('a')
    response.end('b')
  })
  const text = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'
  assert.equal(
    undated(await talk(server.port, text + text)),
    'HTTP/1.1 200 OK\r\nDate: -\r\nConnection: close\r\n\r\nab',
  )
})

test('HEAD gets the head of a stream, and the next request is answered', async () => {
  using server = serving((request, response) => {
    response.write('a')
    response.end(request.method)
  })
  const received = undated(await talk(server.port, `${request('HEAD /', '', '')}${get('/')}`))
  const head = 'HTTP/1.1 200 OK\r\nDate: -\r\nTransfer-Encoding: chunked\r\n\r\n'
  assert.equal(received, `${head}${head}1\r\na\r\n3\r\nGET\r\n0\r\n\r\n`)
})

test('server-sent events reach the client one by one, and response.signal is aborted when the client leaves', async () => {
  let stream: ServerResponse | undefined
  using server = serving((_request, response) => {
    stream = response.setHeader('Content-Type', 'text/event-stream')
    response.write(': begin\n\n')
  })
  const peer = await client(server.port)
  peer.send(get('/events'))
  for (let i = 0; i < 3; i++) {
    const [data] = await once(peer.socket, 'data')
    if (i > 0) assert.equal(`${data}`, `9\r\ndata: ${i}\n\n\r\n`)
    stream?.write(`data: ${i + 1}\n\n`)
  }
  assert.equal(stream?.signal.aborted, false)
  const gone = once(stream!.signal, 'abort')
  await peer[Symbol.asyncDispose]()
  await gone
  assert.equal(await stream!.ready(), false)
  assert.equal(stream!.write('nobody reads this'), false)
})

test('a slow reader makes write() return false and ready() wait, so the handler writes only as much as the client reads', async () => {
  const piece = Buffer.alloc(65536, 'x')
  let written = 0
  const total = 400
  using server = serving(async (_request, response) => {
    for (let i = 0; i < total; i++) {
      written += piece.length
      if (!response.write(piece)) assert.ok(await response.ready())
    }
    response.end()
  })
  await using peer = await client(server.port)
  peer.socket.pause()
  peer.send(get('/', 'Connection: close'))
  let last = -1
  while (written !== last) {
    last = written
    for (let i = 0; i < 100; i++) await setImmediate()
  }
  assert.ok(written < total * piece.length, `the handler was held back after ${written} bytes`)
  peer.socket.resume()
  const received = await peer.rest()
  assert.ok(received.length > total * piece.length)
})

test('the connection is reset if the handler keeps writing while the client reads nothing', async () => {
  let wasReset: ServerResponse | undefined
  using server = serving((_request, response) => {
    wasReset = response
    const piece = Buffer.alloc(1_048_576)
    for (let i = 0; i < 64 && !response.signal.aborted; i++) response.write(piece)
  })
  await using peer = await client(server.port)
  peer.socket.pause()
  peer.send(get('/'))
  while (wasReset?.signal.aborted !== true) await setImmediate()
  await new Promise<void>(resolve =>
    server.connections === 0 ? resolve() : globalThis.setImmediate(resolve),
  )
  assert.equal(server.connections, 0)
})

test('a response throws a clear error for invalid statuses and fields and for calls in the wrong order', async () => {
  const checks: [what: () => void, message: RegExp][] = []
  using server = serving((_request, response) => {
    const set = (name: string, value: string) => () => response.setHeader(name, value)
    checks.push([set('X', 'a\r\nb: c'), /value of X/], [set('a b', 'c'), /token/])
    checks.push(
      [set('Transfer-Encoding', 'chunked'), /does not set/],
      [set('Content-Length', 'x'), /Content-Length/],
    )
    checks.push([
      () => {
        response.status = 100
      },
      /from 200 to 599/,
    ])
    checks.push([() => response.write(5 as never), /a string or a Uint8Array/])
    for (const [what, message] of checks) assert.throws(what, message)
    response.setHeader('X', 1).setHeader('x', 2).end('done')
    assert.throws(() => response.setHeader('X', 'late'), /has been sent/)
    assert.throws(() => response.write('late'), /has ended/)
    assert.throws(() => response.end(), /has ended/)
  })
  assert.equal(
    undated(await talk(server.port, get('/'))),
    'HTTP/1.1 200 OK\r\nDate: -\r\nx: 2\r\nContent-Length: 4\r\n\r\ndone',
  )
  assert.equal(checks.length, 6)
})

test('204 and 304 are sent without a body or a Content-Length', async () => {
  using server = serving((request, response) => {
    response.status = Number(request.path.slice(1))
    response.end()
  })
  const received = undated(await talk(server.port, get('/204') + get('/304')))
  assert.equal(
    received,
    'HTTP/1.1 204 No Content\r\nDate: -\r\n\r\nHTTP/1.1 304 Not Modified\r\nDate: -\r\n\r\n',
  )
})

test('a piece can be changed as soon as write() has returned', async () => {
  using server = serving((_request, response) => {
    const piece = Buffer.alloc(70_000, 'a')
    response.setHeader('Content-Length', 2 * piece.length)
    response.write(piece)
    response.write(piece.fill('b'))
    piece.fill('c')
    response.end()
  })
  await using peer = await client(server.port)
  const { body } = await peer.get('/')
  assert.ok(body.toString() === `${'a'.repeat(70_000)}${'b'.repeat(70_000)}`)
})

for (const value of ['0x5', '5e0', ' 5', '+5', '', '-1', '1.5']) {
  test(`a Content-Length of '${value}' is refused by setHeader()`, async () => {
    using server = serving((_request, response) => {
      assert.throws(() => response.setHeader('Content-Length', value), /Content-Length/)
      response.end('right')
    })
    await using peer = await client(server.port)
    assert.equal((await peer.get('/')).fields.get('content-length'), '5')
  })
}

test('appendHeader() adds a second field of the same name, and setHeader() replaces the first', async () => {
  using server = serving((_request, response) => {
    response.setHeader('Set-Cookie', 'x').setHeader('Set-Cookie', 'a=1')
    response.appendHeader('Set-Cookie', 'b=2').end()
  })
  const received = await talk(server.port, get('/'))
  assert.match(received, /\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/)
  assert.doesNotMatch(received, /Cookie: x/)
})

test('if a handler calls write() after setting a status without a body, the client gets a 500', async () => {
  using server = serving(
    (_request, response) => {
      response.status = 204
      response.write('junk')
    },
    { onError: () => {} },
  )
  for (const version of ['1.0', '1.1']) {
    const text = `GET / HTTP/${version}\r\nHost: a\r\n\r\n`
    assert.match(await talk(server.port, text), /^HTTP\/1\.1 500 /)
  }
})

for (const [status, set, body, expected] of [
  [204, null, '', 'HTTP/1.1 204 No Content\r\nDate: -\r\n\r\n'],
  [204, 0, undefined, 'HTTP/1.1 204 No Content\r\nDate: -\r\n\r\n'],
  [304, null, '', 'HTTP/1.1 304 Not Modified\r\nDate: -\r\n\r\n'],
  [304, 5, undefined, 'HTTP/1.1 304 Not Modified\r\nDate: -\r\nContent-Length: 5\r\n\r\n'],
  [205, null, '', 'HTTP/1.1 205 Reset Content\r\nDate: -\r\nContent-Length: 0\r\n\r\n'],
] as const)
  test(`a ${status} with ${set === null ? 'no length' : `a length of ${set}`} and ${body === '' ? 'an empty body' : 'no body'} is sent as RFC 9110 requires`, async () => {
    using server = serving((_request, response) => {
      response.status = status
      if (set !== null) response.setHeader('Content-Length', set)
      response.end(body)
    })
    assert.equal(undated(await talk(server.port, get('/'))), expected)
  })

test('if a handler sends a body with status 205, the client gets a 500', async () => {
  const errors: Error[] = []
  const handler: ServerHandler = (_request, response) => {
    response.status = 205
    response.end('x')
  }
  using server = serving(handler, { onError: error => errors.push(error) })
  assert.match(await talk(server.port, get('/')), /^HTTP\/1\.1 500 /)
  assert.match(errors[0]!.message, /the status is 205/)
})

test('one piece above streamBytesMax arrives complete; writing another resets the connection and reports an error', async () => {
  const errors: Error[] = []
  const piece = Buffer.alloc(20 * 2 ** 20, 'x')
  using server = serving(
    ({ path }, response) => {
      response.write(piece)
      if (path === '/more') response.write('y')
      response.end()
    },
    { onError: error => errors.push(error) },
  )
  const received = await talk(server.port, get('/'))
  assert.ok(received.endsWith('x\r\n0\r\n\r\n') && received.length > piece.length)
  assert.deepEqual(errors, [])
  await using peer = await client(server.port)
  peer.send(get('/more'))
  // Node may report the reset as a normal end.
  const rest = await peer.rest().catch(() => Buffer.alloc(0))
  assert.ok(rest.length < piece.length)
  assert.match(`${errors[0]}`, /too many bytes are waiting for the client/)
})

test('HEAD for an endless stream is answered, the signal is aborted, and the next request is read', async () => {
  const results: boolean[] = []
  using server = serving(async (_request, response) => {
    response.write('data: 1\n\n')
    results.push(response.signal.aborted, await response.ready())
  })
  const head = 'HTTP/1.1 200 OK\r\nDate: -\r\nTransfer-Encoding: chunked\r\n\r\n'
  const twice = `${request('HEAD /', '', '')}${request('HEAD /', '', '')}`
  assert.equal(undated(await talk(server.port, twice)), head + head)
  assert.deepEqual(results.toSorted(), [false, false, true, true])
})

test('the status can be read, and is 200 by default', async () => {
  const statuses: number[] = []
  using server = serving((_request, response) => {
    statuses.push(response.status)
    response.status = 201
    statuses.push(response.status)
    response.end()
  })
  assert.match(await talk(server.port, get('/', 'Connection: close')), /^HTTP\/1\.1 201 Created/)
  assert.deepEqual(statuses, [200, 201])
})

test('a field name that is no string, and a value that is neither string nor number, are type errors', async () => {
  const messages: string[] = []
  using server = serving((_request, response) => {
    for (const [name, value] of [
      [1, 'a'],
      ['a', {}],
      ['a', null],
    ] as [never, never][])
      assert.throws(
        () => response.setHeader(name, value),
        error => {
          messages.push((error as Error).message)
          return error instanceof TypeError
        },
      )
    response.end()
  })
  await talk(server.port, get('/', 'Connection: close'))
  assert.equal(messages.length, 3)
  assert.match(messages[0]!, /name/)
  assert.match(messages[1]!, /value of a/)
})

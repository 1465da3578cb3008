// The answers of HttpServer, their log lines, and handlers that fail.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mock, test } from 'node:test'
import { DateLine } from '../../lib/http/date-line.ts'
import { Answer, KEEP } from '../../lib/http/index.ts'
import { pass } from '../support/clock.ts'
import { client, talk, undated } from './client.ts'
import { answer, get, say, serving } from './text-server.ts'

test('HttpServer answers 500 if a handler throws, and keeps serving', async () => {
  const errors: Error[] = []
  using server = serving({ onError: error => errors.push(error) })
  const received = undated(await talk(server.port, get('/throw') + get('/2')))
  const body = '500 Internal Server Error\n'
  assert.equal(received, answer(body, 'close').replace('200 OK', '500 Internal Server Error'))
  assert.deepEqual(
    errors.map(error => error.message),
    ['the handler is broken'],
  )
  assert.equal(undated(await talk(server.port, get('/'))), answer('GET /'))
})

test('HttpServer answers 500 if a handler does not answer', async () => {
  const errors: Error[] = []
  using server = serving({ onError: error => errors.push(error) }, () => {})
  assert.match(await talk(server.port, get('/')), /^HTTP\/1\.1 500 /)
  assert.equal(errors.length, 1)
})

test('if a handler throws after its answer, HttpServer sends no second answer and closes the connection', async () => {
  const errors: Error[] = []
  using server = serving({ onError: error => errors.push(error) }, (request, responder) => {
    say(request, responder)
    throw new Error('too late')
  })
  assert.equal(undated(await talk(server.port, get('/1') + get('/2'))), answer('GET /1'))
  assert.deepEqual(
    errors.map(error => error.message),
    ['too late'],
  )
})

test('without onError HttpServer reports an error as a warning', async () => {
  using server = serving()
  const warned = once(process, 'warning')
  await talk(server.port, get('/throw'))
  const [warning] = await warned
  assert.equal(warning.name, 'EpolletWarning')
  assert.equal(warning.message, 'the handler is broken')
})

test('HttpServer calls the log once for each answer, with an empty method for unreadable requests', async () => {
  const lines: unknown[] = []
  using server = serving({
    onError: () => {},
    log: (request, status, bodyBytes) => lines.push([request.method, status, bodyBytes]),
  })
  await talk(server.port, `${get('/a')}HEAD / HTTP/1.1\r\nHost: a\r\n\r\n${get('/throw')}`)
  await talk(server.port, 'bad\r\n\r\n')
  assert.deepEqual(lines, [
    ['GET', 200, 6],
    ['HEAD', 200, 0],
    ['GET', 500, 26],
    ['', 400, 16],
  ])
})

test('DateLine changes when the second changes, and not before', t => {
  mock.timers.enable({ apis: ['Date'], now: Date.UTC(2024, 1, 29, 23, 59, 59, 900) })
  t.after(() => mock.timers.reset())
  const date = new DateLine()
  date.update(5000)
  const { second } = date
  assert.equal(date.bytes.toString(), 'Thu, 29 Feb 2024 23:59:59 GMT')
  mock.timers.tick(99)
  date.update(5099)
  assert.equal(date.second, second)
  mock.timers.tick(1)
  date.update(5100)
  assert.equal(date.bytes.toString(), 'Fri, 01 Mar 2024 00:00:00 GMT')
  assert.equal(date.second, second + 1)
})

test('the Date of each answer is the second in which it was sent', async () => {
  using server = serving()
  await using peer = await client(server.port)
  const dates: number[] = []
  for (let i = 0; i < 2; i++) {
    const before = Math.floor(Date.now() / 1000)
    const { fields } = await peer.get('/')
    const date = Date.parse(fields.get('date')!) / 1000
    assert.ok(before <= date && date <= Date.now() / 1000)
    dates.push(date)
    pass(1050)
  }
  assert.ok(dates[0]! < dates[1]!)
})

test('a second answer to one request throws and is not sent', async () => {
  const errors: Error[] = []
  using server = serving({ onError: error => errors.push(error) }, (request, responder) => {
    say(request, responder)
    assert.throws(() => responder.text(500, 'again'), /answer each request once/)
  })
  assert.equal(
    undated(await talk(server.port, get('/1') + get('/2'))),
    answer('GET /1') + answer('GET /2'),
  )
  assert.deepEqual(errors, [])
})

test('header() finds any field in any case, and fields() returns all of them', async () => {
  const seen: unknown[] = []
  using server = serving({}, (request, responder) => {
    seen.push(request.header('X-Any'), request.header('HOST'), request.header('none'))
    seen.push(request.fields())
    responder.text(204, '')
  })
  assert.equal(
    undated(await talk(server.port, get('/', 'x-any: 1', 'X-ANY: 2'))),
    'HTTP/1.1 204 No Content\r\nDate: -\r\n\r\n',
  )
  const fields = [
    ['host', 'a'],
    ['x-any', '1'],
    ['x-any', '2'],
  ]
  assert.deepEqual(seen, ['1, 2', 'a', undefined, fields])
})

test('the log gets the start of an unreadable line, and nothing from other clients', async () => {
  const lines: string[] = []
  using server = serving({ log: request => lines.push(request.target) })
  await talk(server.port, get(`/${'x'.repeat(3000)}`))
  await talk(server.port, 'half')
  await talk(server.port, 'bad\r\nX: y\r\n\r\n')
  await talk(server.port, `${'B'.repeat(1000)}\x01`)
  assert.deepEqual(lines.slice(1), ['half', 'bad', 'B'.repeat(256)])
})

const broken: [status: number, fields: [string, string][], body: string | null][] = [
  [200, [['X', 'a\r\nSet-Cookie: b']], null],
  [200, [['X', 'a\n']], null],
  [200, [['X', '\0']], null],
  [200, [['X', '☃']], null],
  [200, [['X:', 'a']], null],
  [200, [['X Y', 'a']], null],
  [200, [['', 'a']], null],
  [204, [['Content-Length', '0']], null],
  [304, [], 'body'],
  [204, [], ''],
  [199, [], null],
  [600, [], null],
  [Number.NaN, [], null],
]

for (const [status, fields, body] of broken) {
  test(`new Answer(${status}, ${JSON.stringify(fields)}, ${JSON.stringify(body)}) throws RangeError`, () => {
    assert.throws(
      () => new Answer(status, fields, body === null ? null : Buffer.from(body), KEEP),
      RangeError,
    )
  })
}

for (const [name, bytes, status] of [
  ['a bad target', 'HEAD * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['two hosts', 'HEAD / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
  ['an expectation', 'HEAD / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n', 417],
  ['another version', 'HEAD / HTTP/1.2\r\nHost: a\r\n\r\n', 505],
] as const) {
  test(`a HEAD request that is refused for ${name} gets no body`, async () => {
    using server = serving()
    const answer = await talk(server.port, bytes)
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.ok(answer.endsWith('\r\n\r\n'), answer)
  })
}

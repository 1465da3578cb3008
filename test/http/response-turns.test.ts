// A stream to one client must not delay other clients.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerResponse } from '../../lib/http/index.ts'
import { client, talk } from './client.ts'
import { get, serving, settled } from './echo-server.ts'

test('a stream to a fast client does not keep other clients waiting', async () => {
  const piece = 'x'.repeat(1024)
  let others = 0
  using server = serving(async (request, response) => {
    if (request.path === '/other') {
      others++
      return response.end()
    }
    while (others < 3) {
      response.write(piece)
      assert.ok(await response.ready())
    }
    response.end()
  })
  await using streams = await client(server.port)
  await using other = await client(server.port)
  streams.send(get('/', 'Connection: close'))
  for (let i = 0; i < 3; i++) assert.equal((await other.get('/other')).status, 200)
  assert.match((await streams.rest()).toString(), /\r\n0\r\n\r\n$/)
})

const pieces: [what: string, step: (response: ServerResponse) => void][] = [
  ['writes nothing', () => {}],
  ['writes an empty string', response => response.write('')],
  ['writes a byte each time', response => response.write('x')],
]

for (const [what, step] of pieces) {
  test(`a handler that calls ready() in a loop and ${what} does not keep other clients waiting`, async () => {
    let turns = 0
    let isOver = false
    using server = serving(async ({ path }, response) => {
      if (path === '/other') return response.end('other')
      while (!isOver && (await response.ready())) {
        step(response)
        if (++turns > 100_000) isOver = true
      }
      response.end()
    })
    await using greedy = await client(server.port)
    greedy.send(get('/greedy'))
    await settled(() => turns > 0)
    const other = await talk(server.port, get('/other', 'Connection: close'))
    assert.match(other, /\r\n\r\nother$/)
    assert.ok(!isOver && turns < 100_000, `${turns} turns before another client had its answer`)
    isOver = true
  })
}

test('ready() in a loop after the client has left does not block the event loop', async () => {
  let isAsked = false
  let gone = 0
  using server = serving(async (_request, response) => {
    isAsked = true
    while (gone < 1000) if (!(await response.ready())) gone++
  })
  const leaver = await client(server.port)
  leaver.send(get('/'))
  await settled(() => isAsked)
  leaver.socket.resetAndDestroy()
  await settled(() => gone > 0)
  assert.ok(gone < 1000)
  await settled(() => gone === 1000)
})

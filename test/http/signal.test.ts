// The signal of a response: it is aborted when the client leaves.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { uncaughtIn } from '../support/uncaught.ts'
import { client } from './client.ts'
import { get, serving, settled, signal } from './echo-server.ts'

const listeners: [what: string, add: (signal: AbortSignal, throws: () => unknown) => void][] = [
  ['a function', (signal, throws) => signal.addEventListener('abort', () => throws())],
  ['an async function', (signal, throws) => signal.addEventListener('abort', async () => throws())],
  ['an object', (signal, throws) => signal.addEventListener('abort', { handleEvent: throws })],
  [
    'onabort',
    (signal, throws) => {
      signal.onabort = throws
    },
  ],
  ['added with once', (signal, throws) => signal.addEventListener('abort', throws, { once: true })],
]

for (const [what, add] of listeners) {
  test(`an abort listener that throws (${what}) neither ends the process nor stops other listeners`, async () => {
    const calls: string[] = []
    const errors: Error[] = []
    const uncaught = await uncaughtIn(async () => {
      using server = serving(
        async (_request, response) => {
          add(response.signal, () => {
            calls.push('thrown')
            throw new Error('of a listener')
          })
          response.signal.addEventListener('abort', () => calls.push('other'))
          await once(response.signal, 'abort')
        },
        { onError: error => errors.push(error) },
      )
      const leaver = await client(server.port)
      leaver.send(get('/'))
      await setImmediate()
      await leaver[Symbol.asyncDispose]()
      await settled(() => calls.length === 2 && errors.length > 0)
    })
    assert.deepEqual(uncaught, [])
    assert.deepEqual(calls.sort(), ['other', 'thrown'])
    assert.equal(errors[0]!.message, 'of a listener')
  })
}

test('a removed abort listener is not called, and a listener that was added twice is called once', async () => {
  const calls: string[] = []
  using server = serving(async (_request, response) => {
    const [one, two] = [() => calls.push('one'), () => calls.push('two')]
    for (const listener of [one, two, two]) response.signal.addEventListener('abort', listener)
    response.signal.removeEventListener('abort', one)
    await once(response.signal, 'abort')
    calls.push('end')
  })
  const leaver = await client(server.port)
  leaver.send(get('/'))
  await setImmediate()
  await leaver[Symbol.asyncDispose]()
  await settled(() => calls.includes('end'))
  assert.deepEqual(calls, ['two', 'end'])
})

test('response.signal is aborted even if it is first read after the client has left', async () => {
  const gone = signal()
  let isAsked = false
  let isAborted: boolean | undefined
  using server = serving(async (_request, response) => {
    isAsked = true
    await gone.promise
    while (await response.ready()) await setImmediate()
    isAborted = response.signal.aborted
  })
  const leaver = await client(server.port)
  leaver.send(get('/'))
  await settled(() => isAsked)
  // Reset, because a client that only ends its side may still be reading.
  leaver.socket.resetAndDestroy()
  gone.resolve()
  await settled(() => isAborted !== undefined)
  assert.equal(isAborted, true)
})

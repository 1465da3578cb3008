// The steps of the simple model, with their traps.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Client, inBoth, type Program, start } from './program.ts'

const steps = [
  '01-simple-model',
  '02-accept-all',
  '03-non-blocking',
  '04-read-all',
  '05-mask-bits',
  '06-bytes-and-text',
]

/** The examples of the step that has this trap, and those of all later steps, which avoid it. */
function trapIn(number: number): Record<'trap' | 'mended', ReturnType<typeof inBoth>> {
  const [before, ...after] = steps.slice(number - 1)
  return { trap: inBoth(before!), mended: after.flatMap(inBoth) }
}

/** Connects a client, and waits until the server has printed its address. */
async function guest(program: Program): Promise<Client> {
  const client = await program.client()
  assert.match(await program.line(/有新的客户端到来/), new RegExp(`\\b${client.port}\\b`))
  return client
}

for (const [file, skip] of [
  ...steps.filter(step => step !== '02-accept-all').flatMap(inBoth),
  ...inBoth('13-process-per-connection'),
]) {
  test(`${file} prints connections, their data and disconnections`, { skip }, async () => {
    await using program = await start(file)
    await using client = await guest(program)
    await client.send('hello')
    await program.line(/^recv:hello$/)
    await client.send('你好')
    await program.line(/^recv:你好$/)
    client.socket.end()
    assert.match(await program.line(/---offline---$/), new RegExp(`\\b${client.port}\\b`))
    await client.end()
  })
}

const accepting = trapIn(1)

for (const [file, skip] of accepting.trap) {
  test(`${file} accepts only one of three simultaneous connections`, { skip }, async () => {
    await using program = await start(file)
    const clients: Client[] = []
    await program.whileStopped(async () => {
      for (let i = 0; i < 3; i++) clients.push(await program.client())
    })
    await using first = clients[0]!
    await using second = clients[1]!
    await using _third = clients[2]!
    assert.match(await program.line(/有新的客户端到来/), new RegExp(`\\b${first.port}\\b`))
    await first.send('still here')
    await program.line(/^recv:still here$/)
    assert.equal(program.count(/有新的客户端到来/), 1)
    assert.equal(program.queued(), 2)
    await using fourth = await program.client()
    assert.match(await program.line(/有新的客户端到来/), new RegExp(`\\b${second.port}\\b`))
    await fourth.send('nobody hears')
    await second.send('somebody does')
    await program.line(/^recv:somebody does$/)
    assert.equal(program.count(/nobody hears/), 0)
    assert.equal(program.queued(), 2)
  })
}

for (const [file, skip] of accepting.mended) {
  test(`${file} accepts all of three simultaneous connections`, { skip }, async () => {
    await using program = await start(file)
    const clients: Client[] = []
    await program.whileStopped(async () => {
      for (let i = 0; i < 3; i++) clients.push(await program.client())
    })
    await using _first = clients[0]!
    await using _second = clients[1]!
    await using _third = clients[2]!
    for (const { port } of clients) {
      assert.match(await program.line(/有新的客户端到来/), new RegExp(`\\b${port}\\b`))
    }
    assert.equal(program.queued(), 0)
  })
}

const blocking = trapIn(2)

for (const [file, skip] of blocking.trap) {
  test(`${file} blocks in accept, and does not serve the clients that it has already accepted`, {
    skip,
  }, async () => {
    await using program = await start(file)
    await using first = await guest(program)
    await first.send('hello')
    await using second = await guest(program)
    await second.send('hello')
    await using _third = await guest(program)
    assert.equal(program.count(/^recv:/), 0)
    assert.equal(program.queued(first), 5)
    assert.equal(program.queued(second), 5)
  })
}

for (const [file, skip] of blocking.mended) {
  test(`${file} serves a client while no other client connects`, { skip }, async () => {
    await using program = await start(file)
    await using client = await guest(program)
    await client.send('hello')
    await program.line(/^recv:hello$/)
  })
}

const reading = trapIn(3)

for (const [file, skip] of reading.trap) {
  test(`${file} reads 1024 of 3000 bytes, and leaves the rest in the kernel`, {
    skip,
  }, async () => {
    await using program = await start(file)
    await using client = await guest(program)
    await client.send('a'.repeat(3000))
    assert.equal(await program.line(/^recv:/), `recv:${'a'.repeat(1024)}`)
    await using other = await guest(program)
    await other.send('b')
    await program.line(/^recv:b$/)
    assert.equal(program.count(/^recv:a/), 1)
    assert.equal(program.queued(client), 3000 - 1024)
  })
}

for (const [file, skip] of reading.mended) {
  test(`${file} reads all of 3000 bytes`, { skip }, async () => {
    await using program = await start(file)
    await using client = await guest(program)
    await client.send('a'.repeat(3000))
    let text = ''
    while (text.length < 3000) text += (await program.line(/^recv:/)).slice('recv:'.length)
    assert.equal(text, 'a'.repeat(3000))
    assert.equal(program.queued(client), 0)
  })
}

const comparing = trapIn(4)

for (const [file, skip] of comparing.trap) {
  test(`${file} does not close a reset connection`, { skip }, async () => {
    await using program = await start(file)
    const sockets = program.sockets()
    const lost = await guest(program)
    await lost.reset()
    await using other = await guest(program)
    await other.send('b')
    await program.line(/^recv:b$/)
    assert.equal(program.count(/---offline---/), 0)
    assert.equal(program.sockets(), sockets + 2)
  })
}

for (const [file, skip] of comparing.mended) {
  test(`${file} closes a reset connection`, { skip }, async () => {
    await using program = await start(file)
    const sockets = program.sockets()
    const lost = await guest(program)
    await lost.reset()
    assert.match(await program.line(/---offline---/), new RegExp(`\\b${lost.port}\\b`))
    await using other = await guest(program)
    await other.send('b')
    await program.line(/^recv:b$/)
    assert.equal(program.sockets(), sockets + 1)
  })
}

const decoding = trapIn(5)

for (const [file, skip] of decoding.trap) {
  test(`${file} ends when it receives invalid UTF-8, and loses all clients`, {
    skip,
  }, async () => {
    await using program = await start(file)
    await using innocent = await guest(program)
    await using client = await guest(program)
    await client.send(Uint8Array.of(0xff))
    assert.equal(await program.exit, 1)
    assert.match(program.errors, /ERR_ENCODING_INVALID_ENCODED_DATA|UnicodeDecodeError/)
    await innocent.end()
  })
}

for (const [file, skip] of decoding.mended) {
  test(`${file} survives invalid UTF-8, and joins a character that arrives in two pieces`, {
    skip,
  }, async () => {
    await using program = await start(file)
    await using client = await guest(program)
    await client.send(Uint8Array.of(0xff))
    await program.line(/^recv:\ufffd$/)
    const character = Buffer.from('你')
    await client.send(character.subarray(0, 2))
    await program.line(/^recv:$/)
    await client.send(character.subarray(2))
    await program.line(/^recv:你$/)
  })
}

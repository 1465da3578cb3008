// The steps of the web server, with their traps.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Client, directory, inBoth, type Program, start } from './program.ts'

const index = '<!doctype html><title>你好</title>'
const notFound = 'file not found, 请输入正确的url'
/** More bytes than all buffers between two processes can hold. */
const bigBytes = bufferMax('rmem') + bufferMax('wmem') + 2 ** 20

function bufferMax(name: string): number {
  return Number(readFileSync(`/proc/sys/net/ipv4/tcp_${name}`, 'latin1').trim().split(/\s+/)[2])
}

const cwd = mkdtempSync(join(tmpdir(), 'epollet-examples-'))
after(() => rmSync(cwd, { recursive: true }))
mkdirSync(join(cwd, 'html/zh'), { recursive: true })
writeFileSync(join(cwd, 'secret.txt'), 'nobody may read this')
writeFileSync(join(cwd, 'html/index.html'), index)
writeFileSync(join(cwd, 'html/zh/index.html'), '中文')
writeFileSync(join(cwd, 'html/empty.html'), '')
writeFileSync(join(cwd, 'html/big'), '')
truncateSync(join(cwd, 'html/big'), bigBytes)
symlinkSync('../secret.txt', join(cwd, 'html/relative-link-out'))
symlinkSync(join(cwd, 'secret.txt'), join(cwd, 'html/absolute-link-out'))
symlinkSync('index.html', join(cwd, 'html/link-within'))
execFileSync('mkfifo', [join(cwd, 'html/fifo')])

const server = '11-static-server.ts'
const steps = ['07-web-server', '08-send-all', '09-byte-lengths', '10-beneath-root']
const files = (names: string[]): ReturnType<typeof inBoth> => names.flatMap(inBoth)
const withServer = (rows: ReturnType<typeof inBoth>): typeof rows => [...rows, [server, false]]

async function ask(client: Client, target: string): Promise<void> {
  await client.send(`GET ${target} HTTP/1.1\r\nHost: example\r\n\r\n`)
}

async function head(client: Client): Promise<{ status: string; bytes: number }> {
  const text = await client.takeTo('\r\n\r\n')
  return {
    status: text.slice(0, text.indexOf('\r\n')),
    bytes: Number(/^content-length: (\d+)\r$/im.exec(text)![1]),
  }
}

async function answer(client: Client): Promise<string> {
  const { status, bytes } = await head(client)
  return `${status}: ${await client.take(bytes)}`
}

const ok = (body: string): string => `HTTP/1.1 200 OK: ${body}`
const missing = `HTTP/1.1 404 not found: ${notFound}`

for (const [file, skip] of withServer(files(steps))) {
  test(`${file} serves several files one after another on one connection`, { skip }, async () => {
    await using program = await start(file, { cwd })
    assert.equal(program.lines[0]?.startsWith('http服务器使用的port:'), true)
    await using client = await program.client()
    for (const [target, body] of [
      ['/', index],
      ['/zh/index.html', '中文'],
      ['/empty.html', ''],
      ['/index.html', index],
    ] as const) {
      await ask(client, target)
      assert.equal(await answer(client), ok(body))
    }
    client.socket.end()
    await client.end()
  })
}

async function askForBigWithoutReading(program: Program, client: Client): Promise<void> {
  client.socket.pause()
  await ask(client, '/big')
  await program.line(/GET \/big/)
}

for (const [file, skip] of inBoth('07-web-server')) {
  test(`${file} sends only part of a large file`, { skip }, async () => {
    await using program = await start(file, { cwd })
    await using client = await program.client()
    await askForBigWithoutReading(program, client)
    client.socket.resume()
    assert.equal((await head(client)).bytes, bigBytes)
    await program.delivered(client)
    await ask(client, '/')
    await client.takeTo(index)
    assert.equal(client.receivedBytes, 0)
    assert.ok(client.socket.bytesRead < bigBytes, `${client.socket.bytesRead} of ${bigBytes}`)
  })
}

for (const [file, skip] of withServer(files(steps.slice(1)))) {
  test(`${file} sends all of a large file while it serves others`, { skip }, async () => {
    await using program = await start(file, { cwd })
    await using client = await program.client()
    await askForBigWithoutReading(program, client)
    await using other = await program.client()
    await ask(other, '/')
    assert.equal(await answer(other), ok(index))
    client.socket.resume()
    assert.equal((await head(client)).bytes, bigBytes)
    await client.take(bigBytes)
    await ask(client, '/')
    assert.equal(await answer(client), ok(index))
  })
}

for (const [file, skip] of files(steps.slice(0, 2))) {
  test(`${file} counts characters instead of bytes, which truncates its 404 page and corrupts the next answer`, {
    skip,
  }, async () => {
    await using program = await start(file, { cwd })
    await using client = await program.client()
    await ask(client, '/missing')
    const { status, bytes } = await head(client)
    assert.deepEqual([status, bytes], ['HTTP/1.1 404 not found', notFound.length])
    assert.deepEqual(await client.take(bytes), Buffer.from(notFound).subarray(0, 25))
    await ask(client, '/')
    assert.deepEqual(await client.take(12), Buffer.from(notFound).subarray(25))
    assert.equal(await answer(client), ok(index))
  })
}

for (const [file, skip] of withServer(files(steps.slice(2)))) {
  test(`${file} counts bytes, so the answer after its 404 page is intact`, { skip }, async () => {
    await using program = await start(file, { cwd })
    await using client = await program.client()
    await ask(client, '/missing')
    const { status, bytes } = await head(client)
    assert.deepEqual([status, bytes], ['HTTP/1.1 404 not found', 37])
    assert.equal((await client.take(bytes)).toString(), notFound)
    await ask(client, '/')
    assert.equal(await answer(client), ok(index))
  })
}

const waysOut = [
  '/../secret.txt',
  '/zh/../../secret.txt',
  '/relative-link-out',
  '/absolute-link-out',
]

for (const [file, skip] of files(steps.slice(0, 3))) {
  test(`${file} serves files outside the root`, { skip }, async () => {
    await using program = await start(file, { cwd })
    await using client = await program.client()
    for (const target of waysOut) {
      await ask(client, target)
      assert.equal(await answer(client), ok('nobody may read this'), target)
    }
  })
}

for (const [file, skip] of withServer(files(steps.slice(3)))) {
  test(`${file} does not serve a path or link that leads out of the root`, { skip }, async () => {
    await using program = await start(file, { cwd })
    await using client = await program.client()
    for (const target of [...waysOut, `/${cwd}/secret.txt`, '/..', '/zh']) {
      await ask(client, target)
      assert.equal(await answer(client), missing, target)
    }
    await ask(client, '/link-within')
    assert.equal(await answer(client), ok(index))
  })
}

test(`${server} uses only the public API, and has fewer than 150 lines`, () => {
  const text = readFileSync(directory + server, 'utf8')
  assert.ok(text.trimEnd().split('\n').length < 150)
  const imports = [...text.matchAll(/^import .* from '(.*)'$/gm)].map(([, from]) => from)
  assert.deepEqual(new Set(imports), new Set(['node:fs', 'node:path', 'epollet']))
})

test(`${server} answers a request that arrives byte by byte`, async () => {
  await using program = await start(server, { cwd })
  await using client = await program.client()
  client.socket.setNoDelay()
  for (const byte of Buffer.from('GET / HTTP/1.1\r\n\r\n')) await client.send(Uint8Array.of(byte))
  assert.equal(await answer(client), ok(index))
})

test(`${server} answers pipelined requests in order, and serves other clients in between`, async () => {
  await using program = await start(server, { cwd })
  await using client = await program.client()
  await using other = await program.client()
  const targets = Array.from({ length: 2000 }, (_, i) => ['/', '/missing', '/zh/'][i % 3]!)
  const sent = client.send(targets.map(target => `GET ${target} HTTP/1.1\r\n\r\n`).join(''))
  await ask(other, '/')
  assert.equal(await answer(other), ok(index))
  const expected: Record<string, string> = {
    '/': ok(index),
    '/missing': missing,
    '/zh/': ok('中文'),
  }
  for (const target of targets) assert.equal(await answer(client), expected[target])
  await sent
})

for (const [target, expected] of [
  ['/zh/?x=1', ok('中文')],
  ['/%69ndex.html', ok(index)],
  ['/?/../..', ok(index)],
  ['/%00', missing],
  ['/%', missing],
  ['/%2e%2e/secret.txt', missing],
  ['/fifo', missing],
  [`/${'x'.repeat(5000)}`, missing],
] as const) {
  test(`${server} answers ${target.slice(0, 30)} with ${expected.slice(9, 20)}`, async () => {
    await using program = await start(server, { cwd })
    await using client = await program.client()
    await ask(client, target)
    assert.equal(await answer(client), expected)
  })
}

for (const [what, request, status] of [
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', '200 OK'],
  ['Connection: close', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', '200 OK'],
  ['an unknown method', 'PUT / HTTP/1.1\r\n\r\n', '400 bad request'],
  ['a body', 'GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc', '400 bad request'],
  ['bytes that are not HTTP', '\r\n\r\n\r\n', '400 bad request'],
  ['a head that does not end', 'GET / HTTP/1.1\r\nX: '.padEnd(9000, 'x'), '400 bad request'],
] as const) {
  test(`${server} closes after ${what}`, async () => {
    await using program = await start(server, { cwd })
    await using client = await program.client()
    await client.send(request)
    const { status: line, bytes } = await head(client)
    assert.equal(line, `HTTP/1.1 ${status}`)
    await client.take(bytes)
    await client.end()
    assert.equal(client.receivedBytes, 0)
  })
}

test(`${server} accepts again after running out of descriptors`, async () => {
  const limited = ['sh', '-c', 'ulimit -n 40; exec "$@"', 'sh']
  await using program = await start(server, { cwd, under: limited })
  const clients: Client[] = []
  try {
    for (let i = 0; i < 60; i++) clients.push(await program.client())
    for (const [i, client] of clients.entries()) {
      await ask(client, '/missing')
      assert.equal(await answer(client), missing)
      if (i === 0) assert.ok(program.queued() > 0, 'there were descriptors for all')
      client.socket.end()
      await client.end()
    }
    assert.equal(program.queued(), 0)
  } finally {
    for (const client of clients) await client[Symbol.asyncDispose]()
  }
})

// Node's llhttp accepts everything that epollet's parser accepts, and reads it the same way. The reverse is not true:
// ours is stricter. EPOLLET_SEED=N tries other mutations, EPOLLET_MUTATIONS=N more of them.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { createServer, METHODS } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { Head } from '../../lib/http/head.ts'
import { COMPLETE, parseHead } from '../../lib/http/parser.ts'
import { below, mulberry32, pick } from './random.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_240_229)
const mutations = Number(process.env['EPOLLET_MUTATIONS'] ?? 2000)

interface Read {
  method: string
  target: string
  minor: number
  keepAlive: boolean
}

const lines = [
  'GET / HTTP/1.1',
  'HEAD /a/b?c=d HTTP/1.1',
  'POST /%20 HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'GET http://h:80/x?y HTTP/1.1',
  'GET / HTTP/1.0',
]
const fields = [
  'Connection: close',
  'Connection: keep-alive',
  'Connection: TE , close',
  'Connection: keep-alive, x',
  'Content-Length: 5',
  'Transfer-Encoding: chunked',
  'Expect: 100-continue',
  'User-Agent: curl/8.0 (x; "y")',
  'Accept: */*',
  'X-\u00e4: y',
  'X: \u00e4\u00ff',
  'Empty:',
  'Cookie: a=b; c="d"',
]
const pieces = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  ':',
  ',',
  '\0',
  '\x7f',
  '\x80',
  'close',
  'keep-alive',
  '5',
  'HTTP/1.0',
  '%',
  '#',
  'Host: b\r\n',
]

function sample(random: () => number): string {
  const rows = [pick(random, lines), 'Host: example:80']
  for (let count = below(random, 4); count > 0; count--) rows.push(pick(random, fields))
  return `${rows.join('\r\n')}\r\n\r\n`
}

/** Up to three changes: a byte replaced, removed or doubled, or a piece inserted. */
function mutate(random: () => number, text: string): string {
  let mutated = text
  for (let count = below(random, 4); count > 0; count--) {
    const at = below(random, mutated.length)
    const before = mutated.slice(0, at)
    const after = mutated.slice(at)
    mutated = pick(random, [
      () => before + String.fromCharCode(below(random, 256)) + after.slice(1),
      () => before + after.slice(1 + below(random, 3)),
      () => before + after.slice(0, 1 + below(random, 8)) + after,
      () => before + pick(random, pieces) + after,
    ])()
  }
  return mutated
}

const head = new Head()

function readByEpollet(bytes: Buffer): Read | null {
  if (parseHead(bytes, 0, bytes.length, head) !== COMPLETE) return null
  return {
    method: bytes.toString('latin1', head.start, head.methodEnd),
    target: bytes.toString('latin1', head.methodEnd + 1, head.targetEnd),
    minor: head.minor,
    keepAlive: head.keepAlive,
  }
}

/** The first request that a node:http server reads from these bytes, or the code of its error. */
function readByNode(bytes: Buffer): Promise<Read | string> {
  return new Promise(resolve => {
    const server = createServer({ requireHostHeader: false, insecureHTTPParser: false })
    const peer = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const settle = (read: Read | string): void => {
      resolve(read)
      peer.destroy()
    }
    for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) {
      server.on(event, (request, response) => {
        const { method = '', url: target = '', httpVersionMinor: minor } = request
        settle({ method, target, minor, keepAlive: response.shouldKeepAlive })
      })
    }
    server.on('clientError', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message))
    server.emit('connection', peer as unknown as Socket)
    peer.push(bytes)
    peer.push(null)
  })
}

test(`if epollet accepts a mutated request, llhttp reads it in the same way (${mutations} mutations)`, async () => {
  const random = mulberry32(seed)
  let accepted = 0
  for (let i = 0; i < mutations; i++) {
    const text = mutate(random, sample(random))
    const bytes = Buffer.from(text, 'latin1')
    const ours = readByEpollet(bytes)
    // llhttp accepts only the methods on its list.
    if (ours === null || !METHODS.includes(ours.method)) continue
    accepted++
    const { minor, asksKeepAlive } = head
    const theirs = await readByNode(bytes)
    // For HTTP/1.0 with both close and keep-alive llhttp keeps the connection; RFC 9112 section 9.3 says close.
    if (minor === 0 && asksKeepAlive && typeof theirs === 'object') {
      theirs.keepAlive &&= ours.keepAlive
    }
    assert.deepEqual(theirs, ours, `seed ${seed}, mutation ${i}: ${JSON.stringify(text)}`)
  }
  assert.ok(accepted > mutations / 10, `only ${accepted} were accepted: nothing was compared`)
})

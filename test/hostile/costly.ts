import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createServer, HttpServer } from '../../lib/http/index.ts'
import { LabServer, requestBytesMax } from '../../lib/lab/index.ts'
import { combinedLine, jsonLine } from '../../lib/service/log-line.ts'
import { serveDirectory } from '../../lib/static/index.ts'
import { below, mulberry32, pick } from '../http/random.ts'

/** A request that is made as long as is wanted. */
export interface Costly {
  readonly what: string
  readonly server: 'files' | 'made' | 'lab'
  /** The same without what may be costly. */
  readonly plain: string
  of(bytes: number): string
}

const fields = [
  ...['Host', 'Connection', 'Content-Length', 'Transfer-Encoding', 'Expect', 'Range', 'If-Range'],
  ...['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'Accept-Encoding'],
  ...['User-Agent', 'Referer', 'Accept', 'Cookie', 'Origin', 'Sec-Fetch-Site', 'Sec-Fetch-Dest'],
  ...['X-Epollet-Token', 'Content-Type', 'Forwarded', 'X'],
]
const units = [
  ...[
    ' ',
    '\t',
    'a ',
    ' a',
    ' \t',
    ',',
    ', ',
    ' ,',
    '"',
    '""',
    '"a",',
    'W/"',
    'W/"a", ',
    '*',
    '*,',
  ],
  ...[
    ';',
    ';q=',
    ';q=0.1,',
    'gzip,',
    'x-gzip ',
    'x-gzip,',
    'identity;q=0,',
    'text/html,',
    'a/b;c="',
  ],
  ...['bytes=', '-', '-,', '0-', '0-,', '0-0,', '0-1, ', '-1,', '9', '0', '1-', '1,', '--', '0-9'],
  ...[
    '%',
    '%2',
    '%2f',
    '%00',
    '%c3%a4',
    '/',
    '//',
    '/.',
    '/..',
    '/../',
    '/./',
    '.',
    '..',
    '\\',
    '?',
  ],
  ...[
    '[',
    ']',
    '[[',
    '::',
    '0:',
    '[::1]',
    '%25',
    ':',
    ':1',
    '=',
    '(',
    ')',
    '{',
    '}',
    '<',
    '&',
    "'",
  ],
  ...['a', 'A', 'a/', 'a:', 'a=b; ', '\x80', '\xff', '\xc3\xa4', 'Sun, 06 Nov 1994 08:49:37 GMT, '],
]
const edges = [
  '',
  '',
  '',
  'a',
  '"',
  'W/"',
  'bytes=',
  'bytes=0',
  '[',
  '*',
  'x',
  ',',
  'gzip;q=',
  'Sun, ',
]

const paths = {
  files: [
    ...['/a.txt', '/big.bin', '/page', '/page.html', '/list/', '/list', '/gone', '/gone.js', '/'],
    ...['/sub/../a.txt', '/%61.txt', '//a.txt', '/[a].txt', '/hidden/.x', '/packed.js'],
  ],
  made: ['/', '/made?x=1'],
  lab: ['/lab/api/session', '/lab/api/run', '/lab/api/xray', '/lab/', '/lab/api/none'],
} as const

function filled(unit: string, bytes: number): string {
  return unit.repeat(Math.max(1, Math.ceil(bytes / unit.length))).slice(0, Math.max(1, bytes))
}

function head(line: string, more: readonly string[], end = 'Connection: close'): string {
  const lines = more.some(one => /^host:/i.test(one)) ? [] : ['Host: 127.0.0.1']
  return `${[`${line} HTTP/1.1`, ...lines, end, ...more].join('\r\n')}\r\n\r\n`
}

/** One more of the ways in which a request may be long; the same for the same random numbers. */
export function costly(random: () => number): Costly {
  const server = pick(random, ['files', 'files', 'files', 'made', 'lab'] as const)
  const path = pick(random, paths[server])
  const method = pick(random, ['GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'BREW'])
  const [unit, other] = [pick(random, units), pick(random, units)]
  const [before, behind] = [pick(random, edges), pick(random, edges)]
  const [field, second] = [pick(random, fields), pick(random, fields)]
  const plain = head(`${method} ${path}`, [])
  const value = (bytes: number) => {
    const half = (bytes - before.length - behind.length) / 2
    return `${before}${filled(unit, half)}${filled(other, half)}${behind}`
  }
  const shown = JSON.stringify(`${before}${unit}...${other}...${behind}`)
  const place = `${method} ${path} of ${server}`
  const room = (bytes: number) => bytes - plain.length - 20
  switch (below(random, 7)) {
    case 0:
    case 1:
      return {
        what: `${place}, ${field}: ${shown}`,
        server,
        plain,
        of: bytes => head(`${method} ${path}`, [`${field}: ${value(room(bytes))}`]),
      }
    case 2:
    case 3: {
      const lines = pick(random, [2, 10, 90])
      return {
        what: `${place}, ${lines} times ${field}: ${shown}`,
        server,
        plain,
        of(bytes) {
          const each = room(bytes) / lines - field.length - 4
          return head(
            `${method} ${path}`,
            Array.from({ length: lines }, () => `${field}: ${value(each)}`),
          )
        },
      }
    }
    case 4:
      return {
        what: `${place}, ${field} and ${second}: ${shown}`,
        server,
        plain,
        of(bytes) {
          const each = room(bytes) / 2 - field.length - second.length
          const both = [`${field}: ${value(each)}`, `${second}: ${value(each)}`]
          return head(`${method} ${path}`, [...both, 'Range: bytes=0-1,5-6'])
        },
      }
    case 5: {
      const isQuery = below(random, 2) === 0
      const visible = (text: string) => text.replace(/[^!-~]|[#"<>]/g, '~')
      return {
        what: `${place}, its ${isQuery ? 'query' : 'path'}: ${shown}`,
        server,
        plain,
        // A longer target is refused by its length.
        of: bytes =>
          head(
            `${method} ${path}${isQuery ? '?' : '/'}${visible(value(Math.min(8000, room(bytes))))}`,
            [],
          ),
      }
    }
    default: {
      const isChunked = below(random, 2) === 0
      const framing = (body: string) =>
        isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
      const piece = unit.slice(0, 9)
      const chunk = `${piece.length}\r\n${piece}\r\n`
      return {
        what: `${place}, ${isChunked ? 'chunks' : 'body'}: ${shown}`,
        server,
        plain,
        of(bytes) {
          const body = isChunked
            ? `${chunk.repeat(Math.ceil(room(bytes) / chunk.length))}0\r\n\r\n`
            : value(room(bytes))
          return head(`${method} ${path}`, [framing(body)]) + body
        },
      }
    }
  }
}

/** Sends what it is told, ends its side, and says when the server has ended the other. */
const clientCode = `
const { parentPort } = require('node:worker_threads')
const net = require('node:net')
parentPort.on('message', ({ port, text }) => {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  socket.on('close', () => parentPort.postMessage(null))
  socket.on('end', () => socket.destroy())
  socket.resume()
  socket.end(Buffer.from(text, 'latin1'))
})`

/** The CPU time of this thread in milliseconds, as its scheduler counts it. */
export function cpuMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6
}

/** Servers in this thread, with all that they can do, and a client in another. */
export class CostStage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'epollet-cost-'))
  readonly #client = new Worker(clientCode, { eval: true })
  readonly #ports = new Map<Costly['server'], number>()
  readonly #plain = new Map<string, number>()
  readonly #ends: (() => void | Promise<void>)[] = []
  #logged = 0

  async start(): Promise<void> {
    await this.#fill()
    const onWarning = () => {}
    const onError = () => {}
    const directory = serveDirectory(this.#folder, {
      listing: true,
      cleanUrls: true,
      fallback: 'index.html',
      onWarning,
    })
    const lab = new LabServer({ version: '1.2.3', hosts: [], onWarning })
    const servers = {
      files: new HttpServer(directory.handle, {
        onError,
        log: (...line) => this.#log(combinedLine(...line, Date.now())),
      }),
      made: createServer(
        (request, response) => {
          for (const name of [...fields, ...fields]) request.header(name)
          response.end(`${request.fields.length} ${request.body.length}`)
        },
        { onError, log: (...line) => this.#log(jsonLine(...line, Date.now())) },
      ),
      lab: new HttpServer(
        lab.beside((_request, responder) => responder.text(404, '')),
        { onError, readsBodies: lab.readsBodies, bodyBytesMax: requestBytesMax },
      ),
    }
    for (const [name, server] of Object.entries(servers)) {
      const address = server.listen({ port: 0 })
      if (server === servers.lab) lab.listening(server, address)
      this.#ports.set(name as Costly['server'], address.port)
      this.#ends.push(() => server.close())
    }
    this.#ends.push(
      () => directory.close(),
      () => lab.close(),
    )
    // Code that is slow only until it is compiled is not the subject.
    const random = mulberry32(1)
    for (let i = 0; i < 60; i++) {
      const request = costly(random)
      await this.cost(request, request.of(2000), 1)
    }
  }

  #log(line: string): void {
    this.#logged += line.length
  }

  async #fill(): Promise<void> {
    const write = (name: string, content: string | Uint8Array) =>
      writeFileSync(join(this.#folder, name), content)
    await mkdir(join(this.#folder, 'list'))
    await mkdir(join(this.#folder, 'sub'))
    for (let i = 0; i < 20; i++) write(`list/file ${i} [${i}].txt`, 'x')
    write('a.txt', 'abcdefghij')
    write('[a].txt', 'abcdefghij')
    write('big.bin', new Uint8Array(300_000))
    write('page.html', '<p>a</p>')
    write('index.html', '<p>b</p>')
    write('packed.js', 'void 0')
    write('packed.js.br', 'void 0')
    write('packed.js.gz', 'void 0')
    const rules = Array.from({ length: 20 }, (_, i) => `/list/:name${i}/*/z\n  X-${i}: :splat\n`)
    write('_headers', `/*\n  X-All: :splat\n/:name\n  X-Name: :name\n${rules.join('')}`)
  }

  /** CPU time of this thread for one request, the least of several times. */
  async cost({ server }: Costly, text: string, times = 3): Promise<number> {
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < times; i++) {
      const before = cpuMs()
      await new Promise(resolve => {
        this.#client.once('message', resolve)
        this.#client.postMessage({ port: this.#ports.get(server), text })
      })
      least = Math.min(least, cpuMs() - before)
    }
    return least
  }

  /** The same of what it is without what may be costly. */
  async plainCost(request: Costly): Promise<number> {
    const key = `${request.server} ${request.plain}`
    const known = this.#plain.get(key)
    if (known !== undefined) return known
    const cost = await this.cost(request, request.plain, 9)
    this.#plain.set(key, cost)
    return cost
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) await end()
    await this.#client.terminate()
    rmSync(this.#folder, { recursive: true })
  }
}

const beyondMs = 4
/** Below it the measurement, and not the request, is what is seen. */
const noiseMs = 0.4

/**
 * Why a request costs too much, or null: 16 KB more than four milliseconds beyond what it is without them, or four
 * times its length more than eight times what it cost.
 */
export async function complaintAbout(stage: CostStage, request: Costly): Promise<string | null> {
  const plain = await stage.plainCost(request)
  const beyond = async (bytes: number, times: number) =>
    Math.max(0, (await stage.cost(request, request.of(bytes), times)) - plain)
  const sizes = [1024, 4096, 16_300]
  // A slow result is measured again: another program may have had the processor's cache.
  for (const times of [2, 9]) {
    const costs: number[] = []
    for (const bytes of sizes) costs.push(await beyond(bytes, times))
    const [one = 0, four = 0, sixteen = 0] = costs
    const grows = four > 8 * Math.max(one, noiseMs) || sixteen > 8 * Math.max(four, noiseMs)
    if (sixteen <= beyondMs && !grows) return null
    if (times > 2) {
      const shown = costs.map(cost => cost.toFixed(2)).join(', ')
      return `${request.what}: ${shown} ms beyond ${plain.toFixed(2)} at 1, 4 and 16 KB`
    }
  }
  return null
}

// Measures how much CPU time a request costs a server.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createServer, HttpServer } from '../../lib/http/index.ts'
import { LabServer, requestBytesMax } from '../../lib/lab/index.ts'
import { combinedLine, jsonLine } from '../../lib/service/log-line.ts'
import { serveDirectory } from '../../lib/static/index.ts'
import { mulberry32 } from '../http/random.ts'
import { type Costly, costly, fields } from './costly.ts'

/**
 * Sends each message as a request, ends its side of the connection, and replies once the server has ended the other
 * side.
 */
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

/** The CPU time of this thread in milliseconds, as counted by the scheduler. */
export function cpuMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6
}

/** Servers in this thread, with all options on, and a client in another thread. */
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
    // Warm up, so that compilation is not measured.
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

  /** The CPU time that one request costs this thread, in milliseconds: the minimum of several runs. */
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

  /** The CPU time of the request without its costly part. */
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

/** Differences below this are noise. */
const noiseMs = 0.4

/**
 * Explains why a request costs too much, or returns null. 16 KB may cost at most four milliseconds more than the plain
 * request, and a request of four times the length may cost at most eight times as much.
 */
export async function complaintAbout(stage: CostStage, request: Costly): Promise<string | null> {
  const plain = await stage.plainCost(request)
  const beyond = async (bytes: number, times: number) =>
    Math.max(0, (await stage.cost(request, request.of(bytes), times)) - plain)
  const sizes = [1024, 4096, 16_300]
  // A slow request is measured again, because another program may have disturbed the measurement.
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

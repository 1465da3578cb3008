// A server of a directory with a few files.
import assert from 'node:assert/strict'
import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { HttpServer, type ServerOptions } from '../../lib/http/index.ts'
import { type DirectoryOptions, serveDirectory } from '../../lib/static/index.ts'
import { type Answer, type Client, client } from '../http/client.ts'
import { Site } from '../static/site.ts'

export const page = '<p>a page\n'
/** Larger than the kernel's buffers of two connected sockets. */
export const bigBytes = 32_000_000

export function write(site: Site, name: string, content: string | Uint8Array): void {
  writeFileSync(site.path(name), content)
  age(site, name)
}

/** Sets a file's modification time to the past, so that its entity tag does not change during a test. */
export function age(site: Site, name: string): void {
  utimesSync(site.path(name), 1_000_000_000, 1_000_000_000)
}

export function siteOfPages(): Site {
  const site = new Site()
  mkdirSync(site.path(''), { recursive: true })
  write(site, 'index.html', page)
  write(site, 'big', '')
  truncateSync(site.path('big'), bigBytes)
  age(site, 'big')
  return site
}

/** A server of a site that records errors and warnings. */
export class Stand {
  readonly errors: Error[] = []
  readonly warnings: string[] = []
  readonly server: HttpServer
  readonly port: number
  readonly #close: () => void

  constructor(site: Site, options: ServerOptions = {}, directoryOptions: DirectoryOptions = {}) {
    const onWarning = (message: string) => this.warnings.push(message)
    const directory = serveDirectory(site.path(''), { onWarning, ...directoryOptions })
    const onError = (error: Error) => this.errors.push(error)
    this.server = new HttpServer(directory.handle, { onError, ...options })
    this.port = this.server.listen({ port: 0 }).port
    this.#close = () => {
      this.server.close()
      directory.close()
    }
  }

  [Symbol.dispose](): void {
    this.#close()
  }
}

export function get(target: string, ...fields: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n')
}

/** Sends bytes and returns the only answer, after which the server must close the connection. */
export async function lastAnswer(port: number, bytes: string | Buffer): Promise<Answer> {
  await using peer = await client(port)
  peer.send(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return await endsWithAnswer(peer)
}

export async function endsWithAnswer(peer: Client): Promise<Answer> {
  const answer = await peer.answer()
  assert.equal((await peer.rest()).toString('latin1'), '', 'something follows the answer')
  assert.equal(answer.fields.get('connection'), 'close')
  return answer
}

/** Sends bytes and returns the answers, after which the connection must still work. */
export async function answers(
  port: number,
  bytes: string | Buffer,
  count: number,
): Promise<Answer[]> {
  await using peer = await client(port)
  peer.send(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  const all: Answer[] = []
  for (let i = 0; i < count; i++) all.push(await peer.answer())
  const next = await peer.get('/')
  assert.deepEqual([next.status, next.body.toString()], [200, page], 'the connection goes on')
  return all
}

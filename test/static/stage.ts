// A directory with files old enough for strong ETags, and its server.
import assert from 'node:assert/strict'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DirectoryOptions } from '../../lib/static/index.ts'
import { type Answer, client } from '../http/client.ts'
import { Serving, Site } from './site.ts'

export const modifiedS = Date.UTC(2024, 1, 29, 12, 0, 0) / 1000
export const lastModified = 'Thu, 29 Feb 2024 12:00:00 GMT'

export class Stage {
  readonly site = new Site()
  #serving: Serving | null = null

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    mkdirSync(this.site.path(''))
    for (const [name, content] of Object.entries(files)) this.write(name, content)
  }

  /** Returns the server, which the first call starts. */
  serve(options: DirectoryOptions = {}): Serving {
    this.#serving ??= new Serving(this.site.path(''), options)
    return this.#serving
  }

  get port(): number {
    return this.serve().port
  }

  path(name: string): string {
    return this.site.path(name)
  }

  write(name: string, content: string | Uint8Array, mtimeS: number = modifiedS): void {
    const path = this.path(name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    utimesSync(path, mtimeS, mtimeS)
  }

  /** Sends one request on a new connection. */
  async ask(method: string, target: string, ...fields: string[]): Promise<Answer> {
    await using peer = await client(this.port)
    peer.send(request(method, target, ...fields))
    return await peer.answer({ toHead: method === 'HEAD' })
  }

  get(target: string, ...fields: string[]): Promise<Answer> {
    return this.ask('GET', target, ...fields)
  }

  [Symbol.dispose](): void {
    this.#serving?.[Symbol.dispose]()
    this.site[Symbol.dispose]()
  }
}

export function request(method: string, target: string, ...fields: string[]): string {
  return [`${method} ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n')
}

export function serving(
  files: Readonly<Record<string, string>>,
  options: DirectoryOptions = {},
): Stage {
  const stage = new Stage(files)
  stage.serve(options)
  return stage
}

export async function textOf(stage: Stage, target: string, ...fields: string[]): Promise<string> {
  const { status, body } = await stage.get(target, ...fields)
  return status === 200 ? body.toString() : String(status)
}

export async function expectAll(
  stage: Stage,
  answers: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [target, text] of Object.entries(answers)) {
    assert.equal(await textOf(stage, target), text, target)
  }
}

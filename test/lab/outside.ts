// A server with the lab, observed from outside: /proc shows what the server and its processes use.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  filesMax,
  openFilesMax,
  operationBytesMax,
  processesMax,
  threadsMax,
} from '../../lib/lab/limits.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const lookMs = 20
const blockBytes = 512
/** The threads of Node itself, in each process of the lab. */
const threadsOfNode = 12
const residentBytesMax = 400 * 2 ** 20

/** The highest values ever seen, and all names of temporary files. */
export interface Most {
  processes: number
  /** This and the next two are per process. */
  threads: number
  descriptors: number
  residentBytes: number
  /** The total of all open temporary files. */
  fileBytes: number
  files: number
  readonly names: Set<string>
}

export class Outside {
  readonly most: Most = {
    processes: 0,
    threads: 0,
    descriptors: 0,
    residentBytes: 0,
    fileBytes: 0,
    files: 0,
    names: new Set(),
  }
  /** Everything that the server wrote to stderr. */
  stderr = ''
  readonly #folder = mkdtempSync(join(tmpdir(), 'epollet-outside-'))
  readonly #server: ChildProcess
  readonly #looks: NodeJS.Timeout
  #port = 0
  #token = ''

  constructor() {
    this.#server = spawn(process.execPath, [main, 'serve', '0', '--lab'], {
      env: { ...process.env, TMPDIR: this.#folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#server.stderr!.setEncoding('latin1').on('data', text => {
      this.stderr += text
    })
    this.#looks = setInterval(() => this.look(), lookMs)
  }

  static async start(): Promise<Outside> {
    const one = new Outside()
    let text = ''
    one.#server.stdout!.setEncoding('latin1').on('data', chunk => {
      text += chunk
    })
    while (!/:\d+\/\n/.test(text)) await once(one.#server.stdout!, 'data')
    one.#port = Number(/:(\d+)\/\n/.exec(text)![1])
    const session = await (await fetch(`${one.#api}/session`)).json()
    one.#token = (session as { token: string }).token
    return one
  }

  get #api(): string {
    return `http://127.0.0.1:${this.#port}/lab/api`
  }

  /** Runs a program. Returns the lines of the response. */
  async run(text: string): Promise<{ type: string; outcome?: string; code?: string }[]> {
    const answer = await fetch(`${this.#api}/run`, {
      method: 'POST',
      headers: { 'X-Epollet-Token': this.#token },
      body: JSON.stringify({ text }),
    })
    const lines = (await answer.text()).trimEnd().split('\n')
    return lines.map(line => JSON.parse(line))
  }

  /** The number of descriptors of the server itself. */
  get ownDescriptors(): number {
    return namesIn(`/proc/${this.#server.pid}/fd`).length
  }

  /** The process that runs programs, with all its descendants. */
  get started(): number[] {
    return below(this.#server.pid!)
  }

  get filesLeft(): string[] {
    return readdirSync(this.#folder)
  }

  look(): void {
    const { most } = this
    const pids = below(this.#server.pid!)
    const files = new Map<string, number>()
    most.processes = Math.max(most.processes, pids.length)
    for (const pid of pids) {
      const fds = namesIn(`/proc/${pid}/fd`)
      most.threads = Math.max(most.threads, namesIn(`/proc/${pid}/task`).length)
      most.descriptors = Math.max(most.descriptors, fds.length)
      most.residentBytes = Math.max(most.residentBytes, residentBytes(pid))
      for (const fd of fds) this.#lookAt(`/proc/${pid}/fd/${fd}`, files)
    }
    most.files = Math.max(most.files, files.size)
    const bytes = [...files.values()].reduce((sum, one) => sum + one, 0)
    most.fileBytes = Math.max(most.fileBytes, bytes)
    for (const name of this.filesLeft) most.names.add(name)
  }

  /** Fails if a program ever exceeded a limit, if a temporary file had a name, or if anything was written to stderr. */
  assertWithin(): void {
    const { processes, threads, descriptors, residentBytes: resident, files, fileBytes } = this.most
    assert.ok(processes <= 1 + processesMax, `${processes} processes`)
    assert.ok(threads <= threadsOfNode + threadsMax, `${threads} threads`)
    assert.ok(descriptors <= openFilesMax, `${descriptors} descriptors`)
    assert.ok(resident <= residentBytesMax, `${resident} bytes of memory`)
    // sendfile briefly opens one more file.
    assert.ok(files <= filesMax + 1, `${files} files`)
    assert.ok(fileBytes <= (filesMax + 1) * operationBytesMax, `${fileBytes} bytes of files`)
    assert.deepEqual([...this.most.names], [])
    assert.equal(this.stderr, '')
  }

  #lookAt(path: string, files: Map<string, number>): void {
    try {
      if (!readlinkSync(path).startsWith(this.#folder)) return
      const { ino, blocks } = statSync(path)
      files.set(String(ino), blocks * blockBytes)
    } catch {
      // The descriptor was closed after it was listed.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looks)
    const gone = once(this.#server, 'close')
    this.#server.kill('SIGTERM')
    await gone
    rmSync(this.#folder, { recursive: true })
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** All living descendants of a process. */
function below(pid: number): number[] {
  const tasks = namesIn(`/proc/${pid}/task`)
  const children = tasks
    .flatMap(task => textOf(`/proc/${pid}/task/${task}/children`).split(' '))
    .filter(child => child !== '' && /^\d+ \(.*\) [^ZX]/.test(textOf(`/proc/${child}/stat`)))
    .map(Number)
  return children.flatMap(child => [child, ...below(child)])
}

/** The peak of a process's resident memory. */
function residentBytes(pid: number): number {
  const [, kib] = /^VmHWM:\s*(\d+)/m.exec(textOf(`/proc/${pid}/status`)) ?? []
  return Number(kib ?? 0) * 1024
}

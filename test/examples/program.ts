// Runs an example in TypeScript or Python and talks to it. It waits only for the example's output and for states that
// the kernel reports, never for a fixed time.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { needs } from '../support/needs.ts'

const deadlineMs = 60_000
export const directory = fileURLToPath(new URL('../../examples/', import.meta.url))
const withoutPython = needs('python3')

/** The versions of an example, one per language, as rows for tests: [name, reason for skipping or false]. */
export function inBoth(name: string): [file: string, skip: string | false][] {
  return [
    [`${name}.ts`, false],
    [`${name}.py`, withoutPython],
  ]
}

export function commandOf(file: string): string[] {
  if (file.endsWith('.py')) return ['python3', '-u', directory + file]
  return [process.execPath, '--import', import.meta.resolve('tsx'), directory + file]
}

export interface StartOptions {
  cwd?: string
  /** A command prefix, such as strace. */
  under?: string[]
}

/** Starts an example on a free port, and waits until it prints the port. */
export async function start(file: string, options: StartOptions = {}): Promise<Program> {
  return startCommand(commandOf(file), options)
}

export async function startCommand(
  command: string[],
  options: StartOptions = {},
): Promise<Program> {
  const { cwd = process.cwd(), under = [] } = options
  const [program, ...args] = [...under, ...command, '0']
  const child = spawn(program!, args, {
    cwd,
    env: { ...process.env, PYTHONUTF8: '1', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const running = new Program(child)
  const line = await running.line(/\d+\D*$/)
  running.port = Number(/(\d+)\D*$/.exec(line)![1])
  return running
}

export class Program {
  readonly child: ChildProcess
  readonly exit: Promise<number | null>
  /** The whole output so far. */
  readonly lines: string[] = []
  errors = ''
  port = 0
  #taken = 0
  #news: () => void = () => {}
  #ended = false

  constructor(child: ChildProcess) {
    this.child = child
    this.exit = once(child, 'close').then(([code]) => {
      this.#ended = true
      this.#news()
      return code
    })
    child.stderr!.setEncoding('utf8').on('data', text => {
      this.errors += text
    })
    createInterface({ input: child.stdout! }).on('line', line => {
      this.lines.push(line)
      this.#news()
    })
  }

  get pid(): number {
    return this.child.pid!
  }

  /** Waits for the next matching line after the line that was returned last. */
  async line(pattern: RegExp): Promise<string> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), deadlineMs)
    try {
      for (;;) {
        while (this.#taken < this.lines.length) {
          const line = this.lines[this.#taken++]!
          if (pattern.test(line)) return line
        }
        if (this.#ended) {
          assert.fail(`no line ${pattern}; it printed:\n${this.lines.join('\n')}\n${this.errors}`)
        }
        await new Promise<void>(resolve => {
          this.#news = resolve
        })
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** The number of matching lines so far. */
  count(pattern: RegExp): number {
    return this.lines.filter(line => pattern.test(line)).length
  }

  async client(): Promise<Client> {
    const socket = connect(this.port, '127.0.0.1')
    await once(socket, 'connect')
    return new Client(socket)
  }

  /** Stops the program during `action`, so that it receives all resulting events together. */
  async whileStopped(action: () => Promise<void>): Promise<void> {
    this.child.kill('SIGSTOP')
    while (statesOf(this.pid).some(state => state !== 'T')) await setImmediate()
    await action()
    this.child.kill('SIGCONT')
  }

  /** The number of open sockets of the program. */
  sockets(): number {
    return readdirSync(`/proc/${this.pid}/fd`).filter(fd => {
      try {
        return readlinkSync(`/proc/${this.pid}/fd/${fd}`).startsWith('socket:')
      } catch {
        return false
      }
    }).length
  }

  /** The kernel's queue length: connections waiting for the listener, or bytes waiting for a client. */
  queued(client?: Client): number {
    return this.#queues(client).received
  }

  /** Waits until all bytes that the program has sent have arrived at the client. */
  async delivered(client: Client): Promise<void> {
    while (this.#queues(client).unsent > 0) await setImmediate()
  }

  #queues(client?: Client): { unsent: number; received: number } {
    const mine = client === undefined ? 0 : client.port
    const rows = readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1)
    for (const row of rows) {
      const [, local, remote, , queues] = row.trim().split(/\s+/)
      if (portIn(local!) === this.port && portIn(remote!) === mine) {
        const [unsent, received] = queues!.split(':').map(hex => Number.parseInt(hex, 16))
        return { unsent: unsent!, received: received! }
      }
    }
    return assert.fail('no such socket')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await this.exit
  }
}

function statesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map(thread => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2)[0]!
  })
}

function portIn(address: string): number {
  return Number.parseInt(address.split(':')[1]!, 16)
}

export class Client {
  readonly socket: Socket
  readonly port: number
  ended = false
  #chunks: Buffer[] = []
  #news: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    this.port = socket.localPort!
    const end = (): void => {
      this.ended = true
      this.#news()
    }
    socket.on('data', data => {
      this.#chunks.push(data)
      this.#news()
    })
    socket.on('end', end).on('error', end).on('close', end)
  }

  /** The received bytes that have not been taken yet. */
  get received(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  get receivedBytes(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0)
  }

  /** Sends the data, and waits until the kernel has accepted it. */
  async send(data: string | Uint8Array): Promise<void> {
    await new Promise(resolve => this.socket.write(data, resolve))
  }

  /** Waits for this number of bytes, and takes them. */
  async take(bytes: number): Promise<Buffer> {
    await this.#until(() => this.receivedBytes >= bytes)
    const all = this.received
    this.#chunks = [all.subarray(bytes)]
    return all.subarray(0, bytes)
  }

  /** Takes everything up to and including the given text. */
  async takeTo(text: string): Promise<string> {
    await this.#until(() => this.received.includes(text))
    return (await this.take(this.received.indexOf(text) + Buffer.byteLength(text))).toString()
  }

  /** Waits until the server has closed the connection. */
  async end(): Promise<void> {
    while (!this.ended) await this.#wait()
  }

  async #until(enough: () => boolean): Promise<void> {
    while (!enough()) {
      if (this.ended)
        assert.fail(`the connection ended after: ${this.received.toString().slice(0, 200)}`)
      await this.#wait()
    }
  }

  async #wait(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const late = new Error(`nothing arrived within ${deadlineMs} ms`)
      const timer = setTimeout(() => reject(late), deadlineMs)
      this.#news = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async reset(): Promise<void> {
    const closed = once(this.socket, 'close')
    this.socket.resetAndDestroy()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.destroyed) return
    const closed = once(this.socket, 'close')
    this.socket.destroy()
    await closed
  }
}

// Runs `epollet` as a child process.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const deadlineMs = 30_000

export interface Options {
  cwd?: string
  /** A command line to run it under, such as `sh -c ...`. */
  under?: string[]
  /** Its stdin; empty by default. */
  input?: string
  /** Variables to add to this process's environment. */
  env?: NodeJS.ProcessEnv
}

/** Starts `epollet` with these arguments; disposing the result kills it. */
export function start(args: string[], options: Options = {}): Program {
  const { cwd = process.cwd(), under = [], input, env } = options
  const [file = '', ...rest] = [...under, process.execPath, main, ...args]
  const child = spawn(file, rest, {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  child.stdin?.on('error', () => {}).end(input)
  return new Program(child)
}

/** Runs `epollet` until it exits. */
export async function run(args: string[], options?: Options): Promise<Ended> {
  await using program = start(args, options)
  // Without this `await`, leaving the block would kill the program first.
  return await program.ended
}

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

export class Program {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  readonly #lines: string[] = []
  #stderr = ''
  #taken = 0
  #closed = false
  #news: () => void = () => {}

  constructor(child: ChildProcess) {
    this.child = child
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
    child.stderr!.setEncoding('utf8').on('data', text => {
      this.#stderr += text
    })
    createInterface({ input: child.stdout! }).on('line', line => {
      this.#lines.push(line)
      this.#news()
    })
    this.ended = once(child, 'close').then(([status]) => {
      clearTimeout(timer)
      this.#closed = true
      this.#news()
      return { status, stdout: this.#lines.join('\n'), stderr: this.#stderr }
    })
  }

  get pid(): number {
    return this.child.pid!
  }

  /** Everything written to stderr so far. */
  get stderr(): string {
    return this.#stderr
  }

  /** Resolves with the next line of stdout. */
  async line(): Promise<string> {
    while (this.#taken === this.#lines.length) {
      if (this.#closed) assert.fail(`it ended, and said: ${this.#stderr}`)
      await new Promise<void>(resolve => {
        this.#news = resolve
      })
    }
    return this.#lines[this.#taken++]!
  }

  /** Reads the port from the first line that `serve` prints. */
  async port(): Promise<number> {
    const [, port] = /^listening on http:\/\/127\.0\.0\.1:(\d+)\/$/.exec(await this.line()) ?? []
    assert.ok(Number(port) > 0)
    return Number(port)
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
  }
}

/** Waits until a condition holds. For example, a log line may be written after the client has read the answer. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    assert.ok(waited < 10_000, 'the condition did not hold within 10 s')
    await delay(10)
  }
}

/** The content of a file; empty if the file does not exist. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

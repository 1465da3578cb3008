import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Screen } from './screen.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const driver = fileURLToPath(new URL('terminal.py', import.meta.url))
const deadlineMs = 60_000

export interface Left {
  /** Negative for the signal that ended it. */
  status: number
  /** Whether the terminal was left as it was found. */
  restored: boolean
}

export interface Options {
  columns?: number
  rows?: number
  env?: NodeJS.ProcessEnv
}

/** The command line before somebody who looks at a terminal and presses keys. */
export class PseudoTerminal {
  readonly screen: Screen
  readonly left: Promise<Left>
  readonly #child: ChildProcess
  /** All that was written, colours and all. */
  raw = ''
  #stderr = ''
  /** How much had been written when something was done last: what is asked with since then is the answer to it. */
  #seen = 0
  #news: () => void = () => {}
  #closed = false

  constructor(args: string[], { columns = 80, rows = 24, env = {} }: Options = {}) {
    this.screen = new Screen(columns)
    const command = [driver, String(columns), String(rows), process.execPath, main, ...args]
    const child = spawn('python3', command, {
      // With CI set, Node takes every terminal for one without colours.
      env: { ...process.env, CI: undefined, TERM: 'xterm-256color', ...env },
    })
    this.#child = child
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
    child.stdin.on('error', () => {})
    child.stderr.setEncoding('utf8').on('data', text => {
      this.#stderr += text
    })
    child.stdout.setEncoding('utf8').on('data', text => {
      this.raw += text
      this.screen.write(text)
      this.#news()
    })
    this.left = once(child, 'close').then(() => {
      clearTimeout(timer)
      this.#closed = true
      this.#news()
      return JSON.parse(this.#stderr) as Left
    })
    this.left.catch(() => {})
  }

  /** Presses keys one after the other, as bytes. */
  press(keys: string): void {
    this.#do({ keys })
  }

  signal(number: number): void {
    this.#do({ signal: number })
  }

  resize(columns: number, rows: number): void {
    this.screen.columns = columns
    this.#do({ columns, rows })
  }

  #do(wish: object): void {
    this.#seen = this.raw.length
    this.#child.stdin!.write(`${JSON.stringify(wish)}\n`)
  }

  /** Until the screen's last line is this: what is asked with after what was done last. */
  async asked(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.screen.lines.at(-1)!))
  }

  /** Until the whole screen is like this. */
  async shown(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.screen.text))
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (this.raw.length === this.#seen || !isSo()) {
      if (this.#closed) assert.fail(`it ended, and showed:\n${this.screen.text}\n${this.#stderr}`)
      await new Promise<void>(resolve => {
        this.#news = resolve
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin!.end()
    await this.left.catch(() => {})
  }
}

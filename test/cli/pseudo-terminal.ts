import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Screen } from './screen.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const driver = fileURLToPath(new URL('terminal.py', import.meta.url))
const deadlineMs = 60_000

export interface Left {
  /** The exit status, or the negated number of the signal that ended the program. */
  status: number
  /** Whether the terminal's settings are the same as before. */
  restored: boolean
}

export interface Options {
  columns?: number
  rows?: number
  env?: NodeJS.ProcessEnv
}

/** Runs `epollet` on a pseudo-terminal, presses keys, and reads its screen. */
export class PseudoTerminal {
  readonly screen: Screen
  readonly left: Promise<Left>
  readonly #child: ChildProcess
  /** Everything the program wrote, including escape sequences. */
  raw = ''
  #stderr = ''
  /** The length of `raw` at the last key, signal or resize. Output beyond it responds to that action. */
  #seen = 0
  #news: () => void = () => {}
  #closed = false

  constructor(args: string[], { columns = 80, rows = 24, env = {} }: Options = {}) {
    this.screen = new Screen(columns)
    const command = [driver, String(columns), String(rows), process.execPath, main, ...args]
    const child = spawn('python3', command, {
      // If CI is set, Node assumes a terminal without colours.
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

  /** Presses keys one after another; `keys` contains the bytes that they send. */
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

  /** Waits until there is output since the last action, and the screen's last line (the prompt) matches. */
  async asked(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.screen.lines.at(-1)!))
  }

  /** Waits until there is output since the last action, and the screen's text matches. */
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

import { emitKeypressEvents, type Key } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { widthOf } from './wrap.ts'

/** SIGTSTP has taken effect after this time. */
const stoppedMs = 100
const widthMin = 20
const widthUsual = 80
const clearBelow = '\x1b[J'

interface Handlers {
  /** A key's name, such as `b`, `return` or `ctrl-c`. */
  readonly onKey: (name: string) => void
  /** The input has ended. */
  readonly onEnd: () => void
  /** The prompt must be printed again. */
  readonly onRedraw: () => void
}

/** Prints lines that stay on the terminal, and below them a prompt that disappears at the next key. */
export class Terminal {
  readonly #input: NodeJS.ReadStream
  readonly #output: NodeJS.WriteStream
  readonly #handlers: Handlers
  #prompt: readonly string[] = []
  #isClosed = false

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream, handlers: Handlers) {
    this.#input = input
    this.#output = output
    this.#handlers = handlers
    emitKeypressEvents(input)
    input.on('keypress', this.#pressed)
    input.on('end', handlers.onEnd)
    output.on('resize', handlers.onRedraw)
    input.setRawMode(true)
    input.resume()
  }

  get width(): number {
    return Math.max(widthMin, this.#output.columns || widthUsual)
  }

  print(lines: readonly string[]): void {
    this.prompt([])
    this.#write(lines)
  }

  /** Replaces the prompt. A dumb terminal cannot erase the old prompt and still shows it. */
  prompt(lines: readonly string[]): void {
    if (process.env['TERM'] === 'dumb') return this.#write(lines)
    this.#output.write(this.#erasing() + lines.join('\n'))
    this.#prompt = lines
  }

  #write(lines: readonly string[]): void {
    this.#output.write(lines.map(line => `${line}\n`).join(''))
  }

  close(): void {
    this.#isClosed = true
    this.prompt([])
    this.#input.off('keypress', this.#pressed)
    this.#input.off('end', this.#handlers.onEnd)
    this.#output.off('resize', this.#handlers.onRedraw)
    this.#input.setRawMode(false)
    this.#input.pause()
  }

  /** Moves back over the prompt and erases it. Its lines may have wrapped when the terminal became narrower. */
  #erasing(): string {
    const rows = this.#prompt
      .map(line => Math.ceil(widthOf(stripVTControlCharacters(line)) / this.width) || 1)
      .reduce((sum, count) => sum + count, 0)
    if (rows === 0) return ''
    return `\r${rows > 1 ? `\x1b[${rows - 1}A` : ''}${clearBelow}`
  }

  readonly #pressed = (characters: string | undefined, key: Key): void => {
    if (key.ctrl === true && key.name === 'z') this.#suspend()
    else if (key.ctrl === true) this.#handlers.onKey(`ctrl-${key.name}`)
    else this.#handlers.onKey(key.name ?? characters ?? '')
  }

  /** In raw mode Ctrl-Z sends no SIGTSTP, so this sends it. The timer fires after the process was continued. */
  #suspend(): void {
    this.prompt([])
    this.#input.setRawMode(false)
    process.kill(0, 'SIGTSTP')
    setTimeout(() => {
      if (this.#isClosed) return
      this.#input.setRawMode(true)
      this.#handlers.onRedraw()
    }, stoppedMs)
  }
}

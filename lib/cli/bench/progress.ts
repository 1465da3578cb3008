/**
 * Shows progress and remaining time on stderr: on a terminal as one line that is overwritten, otherwise as one line per
 * item.
 */
export class Progress {
  readonly #steps: number
  readonly #startMs = Date.now()
  #done = 0
  #id = ''

  constructor(steps: number) {
    this.#steps = steps
  }

  /** Shows the first line, which has no remaining time: it is unknown before the first step. */
  begin(ids: readonly string[]): void {
    const [first = '', ...more] = ids
    const text = `0 % ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`
    process.stderr.write(process.stderr.isTTY ? text : `${text}\n`)
  }

  step(id: string): void {
    this.#done++
    const leftMs = ((Date.now() - this.#startMs) / this.#done) * (this.#steps - this.#done)
    const left = `${Math.ceil(leftMs / 1000)} s left`
    const text = `${Math.round((100 * this.#done) / this.#steps)} % ${id}, ${left}`
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
    else if (id !== this.#id) process.stderr.write(`${text}\n`)
    this.#id = id
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  }
}

import { integer } from '../sys/index.ts'

/** A Content-Length that a handler has set. A body of another length would break the framing of the next answer. */
export class PromisedLength {
  readonly #value: string | number
  #left: number

  /** Accepts only digits, as on the wire: a proxy may read anything else differently. */
  constructor(value: string | number) {
    const length = /^\d+$/.test(String(value)) ? Number(value) : value
    this.#value = value
    this.#left = integer('Content-Length', length, 0, Number.MAX_SAFE_INTEGER)
  }

  spend(count: number): void {
    if (count > this.#left) throw this.#broken()
    this.#left -= count
  }

  assertKept(): void {
    if (this.#left > 0) throw this.#broken()
  }

  #broken(): Error {
    return new Error(`the body's length is not the Content-Length of ${this.#value} that was set`)
  }
}

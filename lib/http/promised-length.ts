import { integer } from '../sys/index.ts'

/** A Content-Length that a handler has set: a body of another length would be read as the next answer. */
export class PromisedLength {
  readonly #said: string | number
  #left: number

  /** Takes digits alone, as on the wire: a proxy might read anything else another way. */
  constructor(value: string | number) {
    const length = /^\d+$/.test(String(value)) ? Number(value) : value
    this.#said = value
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
    return new Error(`the body is not as long as the Content-Length of ${this.#said} that was set`)
  }
}

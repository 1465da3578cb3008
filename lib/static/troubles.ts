import type { SystemError } from '../sys/index.ts'

const tellEveryMs = 60_000

/** Errors of the machine, said once a minute for each kind: thousands of clients may meet a broken disk. */
export class Troubles {
  readonly #onWarning: (message: string) => void
  readonly #kinds = new Map<string, { count: number; tellMs: number }>()

  constructor(onWarning: (message: string) => void) {
    this.#onWarning = onWarning
  }

  tell(error: SystemError, nowMs: number): void {
    const kind = this.#kinds.get(error.code) ?? { count: 0, tellMs: Number.NEGATIVE_INFINITY }
    this.#kinds.set(error.code, kind)
    kind.count++
    if (nowMs < kind.tellMs) return
    const times = kind.count === 1 ? '' : ` (${kind.count} times)`
    kind.count = 0
    kind.tellMs = nowMs + tellEveryMs
    this.#onWarning(`${error.message}${times}`)
  }
}

const repeatMs = 60_000
const kindsMax = 100

/**
 * Passes on at most one warning of each kind per minute, with a count: one broken disk can fail thousands of requests.
 * @internal
 */
export class WarningLimiter {
  readonly #onWarning: (message: string) => void
  readonly #kinds = new Map<string, { count: number; nextMs: number }>()

  constructor(onWarning: (message: string) => void) {
    this.#onWarning = onWarning
  }

  readonly warn = (message: string, kind: string = message): void => {
    const nowMs = performance.now()
    const known = this.#kinds.get(kind)
    if (known === undefined && this.#kinds.size >= kindsMax) this.#kinds.clear()
    const state = known ?? { count: 0, nextMs: Number.NEGATIVE_INFINITY }
    this.#kinds.set(kind, state)
    state.count++
    if (nowMs < state.nextMs) return
    const times = state.count === 1 ? '' : ` (${state.count} times)`
    state.count = 0
    state.nextMs = nowMs + repeatMs
    this.#onWarning(`${message}${times}`)
  }
}

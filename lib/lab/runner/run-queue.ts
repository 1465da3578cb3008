/** A bounded FIFO lock: one run at a time; at most `waitingMax` wait, and further ones are refused. */
export class RunQueue {
  readonly #waitingMax: number
  readonly #waiting = new Set<(acquired: boolean) => void>()
  #busy = false

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax
  }

  /** Whether a further run would be refused. */
  get full(): boolean {
    return this.#busy && this.#waiting.size >= this.#waitingMax
  }

  /** Resolves to true when the lock is acquired, or to false if `signal` aborts or `clear()` is called first. */
  acquire(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false)
    if (!this.#busy) {
      this.#busy = true
      return Promise.resolve(true)
    }
    return new Promise(resolve => {
      const onAbort = (): void => settle(false)
      const settle = (acquired: boolean): void => {
        this.#waiting.delete(settle)
        signal.removeEventListener('abort', onAbort)
        resolve(acquired)
      }
      this.#waiting.add(settle)
      signal.addEventListener('abort', onAbort)
    })
  }

  /** Releases the lock. */
  release(): void {
    this.#busy = false
    for (const settle of this.#waiting) {
      this.#busy = true
      return settle(true)
    }
  }

  /** Refuses all waiting runs. */
  clear(): void {
    for (const settle of this.#waiting) settle(false)
  }
}

/** One after the other: who comes while another is at it waits for his turn, and so many may wait. */
export class RunQueue {
  readonly #waitingMax: number
  readonly #waiting = new Set<(isTurn: boolean) => void>()
  #busy = false

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax
  }

  /** Whether one more is refused. */
  get full(): boolean {
    return this.#busy && this.#waiting.size >= this.#waitingMax
  }

  /** True when it is this one's turn, until `done()`; false if it left before, or all were sent away. */
  take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false)
    if (!this.#busy) {
      this.#busy = true
      return Promise.resolve(true)
    }
    return new Promise(resolve => {
      const leave = (): void => call(false)
      const call = (isTurn: boolean): void => {
        this.#waiting.delete(call)
        signal.removeEventListener('abort', leave)
        resolve(isTurn)
      }
      this.#waiting.add(call)
      signal.addEventListener('abort', leave)
    })
  }

  /** The next one's turn. */
  done(): void {
    this.#busy = false
    for (const call of this.#waiting) {
      this.#busy = true
      return call(true)
    }
  }

  /** Sends those away that wait. */
  clear(): void {
    for (const call of this.#waiting) call(false)
  }
}

import { rangeError, typeError } from '../sys/index.ts'

const longestMs = 2 ** 31 - 1

/**
 * A delayed call, returned by {@link EventLoop.after}. Closing the loop cancels it.
 *
 * @example
 * ```ts
 * import { EventLoop } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const loop = new EventLoop()
 * const never = loop.after(1, () => assert.fail('it was cancelled'))
 * never.cancel()
 * const startMs = performance.now()
 * await new Promise<void>(resolve => loop.after(5, resolve))
 * assert.ok(performance.now() - startMs >= 4) // Node's timers count whole milliseconds
 * loop.close()
 * ```
 */
export class Timer {
  readonly #all: Set<Timer>
  readonly #timeout: NodeJS.Timeout

  /** @internal */
  constructor(all: Set<Timer>, delayMs: number, call: () => void, referenced: boolean) {
    const expected = `a number of milliseconds from 0 to ${longestMs}`
    if (typeof delayMs !== 'number') throw typeError('delayMs', expected, delayMs)
    if (!(delayMs >= 0 && delayMs <= longestMs)) throw rangeError('delayMs', expected, delayMs)
    this.#all = all.add(this)
    this.#timeout = setTimeout(() => {
      all.delete(this)
      call()
    }, delayMs)
    this.reference(referenced)
  }

  /** Cancels the call. A second call does nothing. */
  cancel(): void {
    clearTimeout(this.#timeout)
    this.#all.delete(this)
  }

  [Symbol.dispose](): void {
    this.cancel()
  }

  /** @internal */
  reference(wanted: boolean): void {
    if (wanted) this.#timeout.ref()
    else this.#timeout.unref()
  }
}

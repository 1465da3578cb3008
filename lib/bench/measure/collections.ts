import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'

/** The times of this process's garbage collections. */
export class Collections {
  readonly #startsMs: number[] = []
  readonly #observer = new PerformanceObserver(list => {
    for (const { startTime } of list.getEntries()) this.#startsMs.push(startTime)
  })

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  /** The number of collections that began between two times of `performance.now()`. Call `settled()` first. */
  between(fromMs: number, toMs: number): number {
    return this.#startsMs.filter(startMs => startMs >= fromMs && startMs <= toMs).length
  }

  /** Resolves when all collections so far are known: Node reports them late. */
  async settled(): Promise<void> {
    await setImmediate()
    await setImmediate()
  }

  close(): void {
    this.#observer.disconnect()
  }
}

export function heapBytes(): number {
  return getHeapStatistics().used_heap_size
}

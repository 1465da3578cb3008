import { PerformanceObserver, performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'

/** When the collector of this process was at work. */
export class Collections {
  readonly #startsMs: number[] = []
  readonly #observer = new PerformanceObserver(list => {
    for (const { startTime } of list.getEntries()) this.#startsMs.push(startTime)
  })

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  /** How often it began between two times of `performance.now()`; asked after `settled()`. */
  between(fromMs: number, toMs: number): number {
    return this.#startsMs.filter(startMs => startMs >= fromMs && startMs <= toMs).length
  }

  /** All that has happened is known then: Node tells of it later. */
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

export function nowMs(): number {
  return performance.now()
}

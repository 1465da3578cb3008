import { addSpares } from '../../sys/index.ts'
import { cacheSweepMs, unusedMs } from '../limits.ts'
import type { Entry } from './entry.ts'

/**
 * Entries by requested path. The oldest are removed when the entries exceed a limit: memory, count or descriptors. An
 * entry that isn't requested is removed some seconds after it was opened; a requested one is reopened before that.
 */
export class Cache {
  readonly #entries = new Map<string, Entry>()
  readonly #bytesMax: number
  readonly #countMax: number
  readonly #descriptorsMax: number
  #bytes = 0
  #descriptors = 0
  #timer: NodeJS.Timeout | null = null
  #removeSpares: (() => void) | null = null

  constructor(bytesMax: number, countMax: number, descriptorsMax: number) {
    this.#bytesMax = bytesMax
    this.#countMax = countMax
    this.#descriptorsMax = descriptorsMax
  }

  get(path: string): Entry | undefined {
    return this.#entries.get(path)
  }

  /** The cache becomes a user of the entry in place of the caller. */
  set(path: string, entry: Entry): void {
    if (this.#entries.get(path) === entry) return entry.release()
    this.delete(path)
    this.#entries.set(path, entry)
    this.#bytes += entry.memoryBytes
    this.#descriptors += entry.descriptors
    for (const oldest of this.#entries.keys()) {
      if (this.#fits()) break
      this.delete(oldest)
    }
    if (this.#entries.size > 0) this.#startTimer()
  }

  delete(path: string): void {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    this.#entries.delete(path)
    this.#bytes -= entry.memoryBytes
    this.#descriptors -= entry.descriptors
    entry.release()
    if (this.#entries.size === 0) this.#stopTimer()
  }

  clear(): void {
    for (const path of this.#entries.keys()) this.delete(path)
  }

  #fits(): boolean {
    const isSmall = this.#bytes <= this.#bytesMax && this.#entries.size <= this.#countMax
    return isSmall && this.#descriptors <= this.#descriptorsMax
  }

  #startTimer(): void {
    this.#removeSpares ??= addSpares(() => this.#closeFiles())
    // The timer doesn't keep the process alive.
    this.#timer ??= setInterval(() => this.#sweep(), cacheSweepMs).unref()
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#removeSpares?.()
    this.#removeSpares = null
  }

  #sweep(): void {
    const oldestMs = performance.now() - unusedMs
    for (const [path, entry] of this.#entries) {
      if (entry.openedMs <= oldestMs && !entry.isReading) this.delete(path)
    }
  }

  /** Closes all files that no answer is sending; returns whether there were any. */
  #closeFiles(): boolean {
    const idle = [...this.#entries].filter(([, entry]) => entry.hasIdleFile)
    for (const [path] of idle) this.delete(path)
    return idle.length > 0
  }
}

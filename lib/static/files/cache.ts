import { addSpares } from '../../sys/index.ts'
import { cacheSweepMs, unusedMs } from '../limits.ts'
import type { Entry } from './entry.ts'

/**
 * Entries by the path that was asked for; the oldest leave when there are too many, or too large ones, or when they
 * keep too many descriptors open. Each leaves some seconds after it was opened: one that is in use is opened anew before.
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

  /** Takes one hold of the entry over. */
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
    if (this.#entries.size > 0) this.#begin()
  }

  delete(path: string): void {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    this.#entries.delete(path)
    this.#bytes -= entry.memoryBytes
    this.#descriptors -= entry.descriptors
    entry.release()
    if (this.#entries.size === 0) this.#end()
  }

  clear(): void {
    for (const path of this.#entries.keys()) this.delete(path)
  }

  #fits(): boolean {
    const isSmall = this.#bytes <= this.#bytesMax && this.#entries.size <= this.#countMax
    return isSmall && this.#descriptors <= this.#descriptorsMax
  }

  #begin(): void {
    this.#removeSpares ??= addSpares(() => this.#closeFiles())
    // The process may end meanwhile.
    this.#timer ??= setInterval(() => this.#sweep(), cacheSweepMs).unref()
  }

  #end(): void {
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

  /** Of a file that is being sent, letting go would close nothing. */
  #closeFiles(): boolean {
    const idle = [...this.#entries].filter(([, entry]) => entry.hasIdleFile)
    for (const [path] of idle) this.delete(path)
    return idle.length > 0
  }
}

import type { Entry } from './entry.ts'

/** Entries by the path that was asked for; the oldest leave when there are too many, or too large ones. */
export class Cache {
  readonly #entries = new Map<string, Entry>()
  readonly #bytesMax: number
  readonly #countMax: number
  #bytes = 0

  constructor(bytesMax: number, countMax: number) {
    this.#bytesMax = bytesMax
    this.#countMax = countMax
  }

  get(path: string): Entry | undefined {
    return this.#entries.get(path)
  }

  set(path: string, entry: Entry): void {
    this.delete(path)
    this.#entries.set(path, entry)
    this.#bytes += entry.memoryBytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax && this.#entries.size <= this.#countMax) break
      this.delete(oldest)
    }
  }

  delete(path: string): void {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    this.#entries.delete(path)
    this.#bytes -= entry.memoryBytes
    entry.release()
  }

  clear(): void {
    for (const path of this.#entries.keys()) this.delete(path)
  }
}

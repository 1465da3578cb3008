import { cacheBytes, cachedFilesMax } from './limits.ts'
import type { Resource } from './resource.ts'

/** Resources by the path that was asked for; the oldest leave when there are too many, or too large ones. */
export class Cache {
  readonly #resources = new Map<string, Resource>()
  #bytes = 0

  get(path: string): Resource | undefined {
    return this.#resources.get(path)
  }

  set(path: string, resource: Resource): void {
    this.delete(path)
    this.#resources.set(path, resource)
    this.#bytes += resource.memoryBytes
    for (const oldest of this.#resources.keys()) {
      if (this.#bytes <= cacheBytes && this.#resources.size <= cachedFilesMax) break
      this.delete(oldest)
    }
  }

  delete(path: string): void {
    const resource = this.#resources.get(path)
    if (resource === undefined) return
    this.#resources.delete(path)
    this.#bytes -= resource.memoryBytes
    resource.release()
  }

  clear(): void {
    for (const path of this.#resources.keys()) this.delete(path)
  }
}

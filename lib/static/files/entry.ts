import { type Encoding, encodingsFor } from '../encoding.ts'
import type { Resource } from './resource.ts'

/** A cached file with its precompressed siblings. */
export class Entry {
  readonly identity: Resource
  readonly resources: readonly Resource[]
  readonly #coded: ReadonlyMap<Encoding, Resource>
  readonly #codings: readonly Encoding[]

  constructor(identity: Resource, coded: ReadonlyMap<Encoding, Resource>) {
    this.identity = identity
    this.resources = [identity, ...coded.values()]
    this.#coded = coded
    this.#codings = [...coded.keys()]
  }

  get isNegotiated(): boolean {
    return this.#coded.size > 0
  }

  get memoryBytes(): number {
    return this.resources.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
  }

  /** When the file was opened, in ms on the loop's clock. */
  get openedMs(): number {
    return this.identity.openedMs
  }

  /** How many descriptors the entry keeps open. */
  get descriptors(): number {
    return this.resources.filter(({ large }) => large !== null).length
  }

  get isReading(): boolean {
    return this.resources.some(({ large }) => large?.isReading === true)
  }

  /** Whether `release()` would close a descriptor. */
  get hasIdleFile(): boolean {
    return this.resources.some(({ large }) => large?.isIdle === true)
  }

  /** The variant that an Accept-Encoding prefers; the file itself if the client accepts none of them. */
  choose(acceptEncoding: string | undefined): Resource {
    const encoding = encodingsFor(acceptEncoding, this.#codings)
    return (encoding !== null && this.#coded.get(encoding)) || this.identity
  }

  /** Adds users; each of them must call `release()`. */
  hold(count: number): void {
    for (const { large } of this.resources) large?.hold(count)
  }

  release(): void {
    for (const { large } of this.resources) large?.release()
  }
}

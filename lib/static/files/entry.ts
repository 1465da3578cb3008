import { type Encoding, encodingsFor } from '../encoding.ts'
import type { Resource } from './resource.ts'

/** What a path leads to: a file, and the same content in other codings beside it. */
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

  /** When its file was opened, on the loop's clock. */
  get openedMs(): number {
    return this.identity.openedMs
  }

  /** How many descriptors it keeps open. */
  get descriptors(): number {
    return this.resources.filter(({ isOpen }) => isOpen).length
  }

  get isReading(): boolean {
    return this.resources.some(({ isReading }) => isReading)
  }

  /** Whether releasing it closes a descriptor. */
  get hasIdleFile(): boolean {
    return this.resources.some(({ isIdle }) => isIdle)
  }

  /** The one that an Accept-Encoding likes best; one that likes none gets the file as it is. */
  choose(acceptEncoding: string | undefined): Resource {
    const encoding = encodingsFor(acceptEncoding, this.#codings)
    return (encoding !== null && this.#coded.get(encoding)) || this.identity
  }

  /** Adds that many users; each has to release it. */
  hold(count: number): void {
    for (const resource of this.resources) resource.hold(count)
  }

  release(): void {
    for (const resource of this.resources) resource.release()
  }
}

import { type Encoding, encodingsFor } from './encoding.ts'
import type { Resource } from './resource.ts'

/** What a path leads to: a file, and the same content in other codings beside it. */
export class Entry {
  readonly identity: Resource
  readonly #coded: ReadonlyMap<Encoding, Resource>
  readonly #codings: readonly Encoding[]

  constructor(identity: Resource, coded: ReadonlyMap<Encoding, Resource>) {
    this.identity = identity
    this.#coded = coded
    this.#codings = [...coded.keys()]
  }

  get isNegotiated(): boolean {
    return this.#coded.size > 0
  }

  get memoryBytes(): number {
    let bytes = this.identity.memoryBytes
    for (const resource of this.#coded.values()) bytes += resource.memoryBytes
    return bytes
  }

  /** The one that an Accept-Encoding likes best; one that likes none gets the file as it is. */
  choose(acceptEncoding: string | undefined): Resource {
    const encoding = encodingsFor(acceptEncoding, this.#codings)
    return (encoding !== null && this.#coded.get(encoding)) || this.identity
  }

  release(): void {
    this.identity.release()
    for (const resource of this.#coded.values()) resource.release()
  }
}

import { EBADF, F_GETFD, native } from '../../sys/index.ts'
import type { Kind } from '../language/vocabulary.ts'
import type { Owned } from './owned.ts'
import { noNumber, type Target } from './system.ts'

const unknown: Target = { fd: -1, kind: 'file' }

/** The program's descriptors by name. A name resolves to a number only while the program has that number open. */
export class Descriptors {
  /** The open descriptors by name. */
  readonly open: Map<string, Target> = new Map()
  /** The unnamed descriptors that `exhaust` opened, in order. */
  readonly spare: Set<number> = new Set()
  readonly #owned: Owned
  /** The last descriptor of each name. After it was closed, its number may belong to another name. */
  readonly #last = new Map<string, Target>()

  constructor(owned: Owned) {
    this.#owned = owned
  }

  has(fd: number): boolean {
    return this.#owned.has(fd)
  }

  /** Returns `fd: -1` for a name that this process never opened. */
  readonly lookup = (name: string): Target => {
    const target = this.open.get(name) ?? this.#last.get(name) ?? unknown
    return target.fd < 0 || this.has(target.fd) ? target : { ...target, fd: noNumber }
  }

  /** Whether the name was ever bound, even if it is closed now. */
  knows(name: string): boolean {
    return this.#last.has(name)
  }

  /** The number of this name, for dup2(2) to replace; EBADF if the lab itself now uses that number. */
  numberFor(name: string): number {
    const { fd } = this.open.get(name) ?? this.#last.get(name) ?? unknown
    if (fd < 0 || this.has(fd)) return fd
    return native.fcntl(fd, F_GETFD, 0) === EBADF ? fd : EBADF
  }

  name(name: string, target: Target): void {
    this.disown(target.fd)
    this.#owned.add(target.fd)
    this.open.set(name, target)
    this.#last.delete(name)
    this.#last.set(name, target)
  }

  /** Binds a name that could not be opened. */
  miss(name: string, kind: Kind): void {
    if (!this.#last.has(name)) this.#last.set(name, { fd: -1, kind })
  }

  keep(fd: number): void {
    this.#owned.add(fd)
    this.spare.add(fd)
  }

  disown(fd: number): void {
    for (const [name, target] of this.open) if (target.fd === fd) this.open.delete(name)
    this.spare.delete(fd)
    this.#owned.delete(fd)
  }

  closeAll(): void {
    for (const { fd } of this.open.values()) native.close(fd)
    for (const fd of this.spare) native.close(fd)
    this.open.clear()
    this.spare.clear()
    this.#owned.clear()
  }

  /** The name that has a descriptor number, or had it last. */
  nameOf(fd: number): string {
    for (const [name, target] of this.open) if (target.fd === fd) return name
    const had = [...this.#last].filter(([, target]) => target.fd === fd).at(-1)
    return had === undefined ? `fd ${fd}` : this.shownName(had[0])
  }

  shownName(name: string): string {
    return this.open.has(name) ? name : `${name}(closed)`
  }
}

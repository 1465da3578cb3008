import { EBADF, F_GETFD, native } from '../../sys/index.ts'
import type { Kind } from '../language/vocabulary.ts'
import type { Owned } from './owned.ts'
import { noNumber, type Target } from './system.ts'

const nobody: Target = { fd: -1, kind: 'file' }

/** Where the names of a program lead. A name leads to a number only while the program has that number open. */
export class Descriptors {
  /** The descriptors that names have now. */
  readonly open: Map<string, Target> = new Map()
  /** The descriptors that `exhaust` has opened, in order: they are the program's too, but have no name. */
  readonly spare: Set<number> = new Set()
  readonly #owned: Owned
  /** Where names led last: another name of the program may have the number now. */
  readonly #last = new Map<string, Target>()

  constructor(owned: Owned) {
    this.#owned = owned
  }

  has(fd: number): boolean {
    return this.#owned.has(fd)
  }

  /** A name that was never opened, or only by another process, leads nowhere. */
  readonly lookup = (name: string): Target => {
    const target = this.open.get(name) ?? this.#last.get(name) ?? nobody
    return target.fd < 0 || this.has(target.fd) ? target : { ...target, fd: noNumber }
  }

  /** Whether a name stands for something, open or not. */
  knows(name: string): boolean {
    return this.#last.has(name)
  }

  /** The number under which dup2(2) may put a file for this name; minus errno where something else of ours is there. */
  numberFor(name: string): number {
    const { fd } = this.open.get(name) ?? this.#last.get(name) ?? nobody
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

  /** A name that could not be opened leads to no descriptor. */
  miss(name: string, kind: Kind): void {
    if (!this.#last.has(name)) this.#last.set(name, { fd: -1, kind })
  }

  keep(fd: number): void {
    this.#owned.add(fd)
    this.spare.add(fd)
  }

  /** A number is one descriptor: the name that had it does not any more. */
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

  /** The name that a number has now, or had last. */
  nameOf(fd: number): string {
    for (const [name, target] of this.open) if (target.fd === fd) return name
    const had = [...this.#last].filter(([, target]) => target.fd === fd).at(-1)
    return had === undefined ? `fd ${fd}` : this.told(had[0])
  }

  /** How a name is told of. */
  told(name: string): string {
    return this.open.has(name) ? name : `${name}(closed)`
  }
}

import type { EventLoop, Timer } from '../loop/index.ts'
import { sweepMs } from './limits.ts'

interface Member {
  sweep(nowMs: number): void
}

/** All connections of a server, oldest first. */
export class Connections<M extends Member> {
  readonly #loop: EventLoop
  readonly #members = new Set<M>()
  #timer: Timer | null = null

  constructor(loop: EventLoop) {
    this.#loop = loop
  }

  get count(): number {
    return this.#members.size
  }

  add(member: M): void {
    this.#members.add(member)
    if (this.#timer === null) this.#sweepLater()
  }

  delete(member: M): void {
    this.#members.delete(member)
  }

  oldest(count: number): M[] {
    const members: M[] = []
    for (const member of this.#members) {
      if (members.length === count) break
      members.push(member)
    }
    return members
  }

  moveToEnd(member: M): void {
    if (this.#members.delete(member)) this.#members.add(member)
  }

  /** Members may be deleted during the iteration. */
  [Symbol.iterator](): IterableIterator<M> {
    return this.#members.values()
  }

  /** One sweep over all deadlines costs less than a timer per connection, which each request would restart. */
  #sweepLater(): void {
    this.#timer = this.#loop.after(sweepMs, () => {
      this.#timer = null
      if (this.#members.size === 0) return
      // Scheduled before the sweep, because a member may throw or close the loop.
      this.#sweepLater()
      const { nowMs } = this.#loop
      for (const member of this.#members) member.sweep(nowMs)
    })
  }
}

import { integer } from '../sys/index.ts'

const capacityMax = 2 ** 20
const wordsUsed = 3
/** The largest struct epoll_event of any architecture, in words; see native/epoll.cc. */
const wordsPerEvent = 4
const two32 = 2 ** 32

/**
 * A reusable buffer for the events of {@link Epoll.wait}, which allocates nothing per event.
 *
 * @throws RangeError if the capacity is not an integer from 1 to 1,048,576
 *
 * @example
 * ```ts
 * import { EPOLLIN, EventBuffer, Epoll, EventFd } from 'epollet'
 * import assert from 'node:assert/strict'
 *
 * const epoll = new Epoll()
 * const ready = new EventFd(1)
 * epoll.register(ready, EPOLLIN, 4711)
 * const events = new EventBuffer(64)
 * const count = epoll.wait(events, 0)
 * assert.equal(count, 1)
 * assert.equal(events.data(0), 4711)
 * assert.equal(events.mask(0), EPOLLIN)
 * ready.close()
 * epoll.close()
 * ```
 */
export class EventBuffer {
  /** How many events it can hold. */
  readonly capacity: number
  /** Three words per event: events, data low, data high. @internal */
  readonly words: Uint32Array

  constructor(capacity = 1024) {
    this.capacity = integer('capacity', capacity, 1, capacityMax)
    this.words = new Uint32Array(wordsPerEvent * capacity)
  }

  /** The data that was registered for event i: by default the descriptor's number. */
  data(i: number): number {
    const at = this.#indexOf(i)
    return this.words[at + 2]! * two32 + this.words[at + 1]!
  }

  /** The mask of event i (unsigned): EPOLLIN, EPOLLHUP and others, joined by |. */
  mask(i: number): number {
    return this.words[this.#indexOf(i)]!
  }

  /** @internal */
  list(count: number): [data: number, events: number][] {
    const { words } = this
    const list = new Array<[number, number]>(count)
    for (let i = 0, at = 0; i < count; i++, at += wordsUsed) {
      list[i] = [words[at + 2]! * two32 + words[at + 1]!, words[at]!]
    }
    return list
  }

  #indexOf(i: number): number {
    return wordsUsed * integer('i', i, 0, this.capacity - 1)
  }
}

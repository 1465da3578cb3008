import { integer } from '../sys/index.ts'

const capacityMax = 2 ** 20
const wordsUsed = 3
/** What the kernel may write for one event on some architectures; see native/epoll.cc. */
const wordsPerEvent = 4
const two32 = 2 ** 32

/**
 * Room for the events of one {@link Epoll.wait}, made once and used again: nothing is allocated per event.
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
  readonly capacity: number
  /** Three words for each event: events, data low, data high. @internal */
  readonly words: Uint32Array

  constructor(capacity = 1024) {
    this.capacity = integer('capacity', capacity, 1, capacityMax)
    this.words = new Uint32Array(wordsPerEvent * capacity)
  }

  /** The epoll_data of event i: what it was registered with, by default the descriptor. */
  data(i: number): number {
    const at = this.#indexOf(i)
    return this.words[at + 2]! * two32 + this.words[at + 1]!
  }

  /** The mask of event i, unsigned: EPOLLIN, EPOLLHUP and others, joined by |. */
  mask(i: number): number {
    return this.words[this.#indexOf(i)]!
  }

  /** The first events as a list. @internal */
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

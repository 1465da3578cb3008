import { Epoll, EventFd } from '../core/index.ts'
import { EPOLLIN } from '../sys/index.ts'

/** Descriptors of which some stay ready for ever, and one epoll that watches them all, level-triggered. */
export class Fixture {
  readonly descriptors: readonly EventFd[]
  readonly ready: number
  readonly epoll: Epoll = new Epoll()

  /** Throws SystemError (EMFILE) where the process may not have so many. */
  constructor(count: number, ready: number) {
    this.ready = ready
    const descriptors: EventFd[] = []
    this.descriptors = descriptors
    try {
      // The last ones: poll and select look at all the others before they get there.
      for (let i = 0; i < count; i++) descriptors.push(new EventFd(i >= count - ready ? 1 : 0))
      for (const descriptor of descriptors) this.epoll.register(descriptor, EPOLLIN)
    } catch (error) {
      this.close()
      throw error
    }
  }

  close(): void {
    for (const descriptor of this.descriptors) descriptor.close()
    this.epoll.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

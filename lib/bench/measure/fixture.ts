import { Epoll, EventFd } from '../../core/index.ts'
import { EPOLLIN } from '../../sys/index.ts'

/** Descriptors of which some stay ready for ever, and one epoll that watches them all, level-triggered. */
export class Fixture {
  readonly descriptors: readonly EventFd[]
  readonly ready: number
  /** How long a message is, where there are messages. */
  readonly sizeBytes: number
  readonly epoll: Epoll = new Epoll()

  /** Throws SystemError (EMFILE) where the process may not have so many. */
  constructor(count: number, ready: number, sizeBytes = 1) {
    this.ready = ready
    this.sizeBytes = sizeBytes
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

import { Epoll, EventFd } from '../../core/index.ts'
import { EPOLLIN } from '../../sys/index.ts'

/** Descriptors, some of them always ready, and one epoll that watches them level-triggered. */
export class Fixture {
  readonly descriptors: readonly EventFd[]
  readonly ready: number
  /** The size of a message, for comparisons that send messages. */
  readonly sizeBytes: number
  readonly epoll: Epoll = new Epoll()

  /** Throws SystemError (EMFILE) if `count` exceeds the open-file limit. */
  constructor(count: number, ready: number, sizeBytes = 1) {
    this.ready = ready
    this.sizeBytes = sizeBytes
    const descriptors: EventFd[] = []
    this.descriptors = descriptors
    try {
      // The last descriptors are ready, so that poll and select have to scan all others first.
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

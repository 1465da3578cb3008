import { benchAddon, nanoseconds } from '../addon.ts'
import type { Block } from '../contender.ts'
import type { Fixture } from '../fixture.ts'

const maxevents = 1023

export function open({ epoll, ready }: Fixture): Block {
  const addon = benchAddon()
  const epfd = epoll.fileno()
  return {
    eventsPerIteration: Math.min(ready, maxevents),
    run: iterations => nanoseconds(addon.epollWaitLoop(epfd, maxevents, iterations), 'epoll_wait'),
  }
}

// epoll_wait(2) in C.
import { benchAddon, nanoseconds } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

const maxevents = 1023

export function open({ epoll, ready }: Fixture, { most = maxevents }: Options): Block {
  const atMost = Number(most)
  const addon = benchAddon()
  const epfd = epoll.fileno()
  return {
    eventsPerIteration: Math.min(ready, atMost),
    systemCalls: 1,
    run: iterations => nanoseconds(addon.epollWaitLoop(epfd, atMost, iterations), 'epoll_wait'),
  }
}

// libevent's ring in C.
import { benchAddon, nanoseconds } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'
import { ring, ringEvents } from '../measure/ring.ts'

export function open(_fixture: Fixture, { pairs: count }: Options): Block {
  const addon = benchAddon()
  const pairs = new Pairs(Number(count))
  const [numbers, epfd] = [pairs.numbers(), pairs.epoll.fileno()]
  const run = (iterations: number): number =>
    nanoseconds(addon.ringLoop(epfd, numbers, ring.active, ring.writes, iterations), 'the ring')
  run(1)
  addon.messageCalls()
  run(1)
  return {
    eventsPerIteration: ringEvents,
    systemCalls: addon.messageCalls(),
    run,
    close: () => pairs.close(),
  }
}

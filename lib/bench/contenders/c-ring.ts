import { benchAddon, nanoseconds } from '../addon.ts'
import type { Block, Options } from '../contender.ts'
import type { Fixture } from '../fixture.ts'
import { Pairs } from '../pairs.ts'
import { ring, ringEvents } from '../ring.ts'

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

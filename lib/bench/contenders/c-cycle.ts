// A message in C: sent, waited for and received, in one of the four ways of cycles.ts.
import { benchAddon, nanoseconds } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import { type Cycle, cycles } from '../measure/cycles.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'

export function open({ sizeBytes }: Fixture, { cycle }: Options): Block {
  const addon = benchAddon()
  const { mode, mask } = cycles[cycle as Cycle]
  const pairs = new Pairs(1, mask)
  const [reader, writer] = pairs.numbers() as unknown as [number, number]
  const epfd = pairs.epoll.fileno()
  const run = (iterations: number): number =>
    nanoseconds(addon.cycleLoop(epfd, writer, reader, mode, sizeBytes, iterations), 'messages')
  run(1)
  addon.messageCalls()
  run(1)
  return {
    eventsPerIteration: 1,
    systemCalls: addon.messageCalls(),
    run,
    close: () => pairs.close(),
  }
}

// poll(2) in C.
import { POLLIN } from '../../sys/index.ts'
import { benchAddon, nanoseconds } from '../measure/addon.ts'
import type { Block } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

export function open({ descriptors, ready }: Fixture): Block {
  const addon = benchAddon()
  const pollfds = new Int32Array(descriptors.flatMap(one => [one.fileno(), POLLIN]))
  return {
    eventsPerIteration: ready,
    systemCalls: 1,
    run: iterations => nanoseconds(addon.pollLoop(pollfds, iterations), 'poll'),
  }
}

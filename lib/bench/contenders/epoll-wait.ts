// Epoll.wait().
import { EventBuffer } from '../../core/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

export function open({ epoll, ready }: Fixture): Block {
  const { threadCpuNs } = benchAddon()
  const events = new EventBuffer(1023)
  return {
    eventsPerIteration: Math.min(ready, events.capacity),
    run: iterations => {
      const start = threadCpuNs()
      for (let i = 0; i < iterations; i++) epoll.wait(events, 0)
      return threadCpuNs() - start
    },
  }
}

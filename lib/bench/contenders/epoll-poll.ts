// Epoll.poll().
import { benchAddon } from '../measure/addon.ts'
import type { Block } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

export function open({ epoll, ready }: Fixture): Block {
  const { threadCpuNs } = benchAddon()
  return {
    eventsPerIteration: Math.min(ready, 1023),
    run: iterations => {
      const start = threadCpuNs()
      for (let i = 0; i < iterations; i++) epoll.poll(0)
      return threadCpuNs() - start
    },
  }
}

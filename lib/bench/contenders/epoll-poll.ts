import { benchAddon } from '../addon.ts'
import type { Block } from '../contender.ts'
import type { Fixture } from '../fixture.ts'

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

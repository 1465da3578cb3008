// Epoll.modify().
import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

export function open({ epoll, descriptors }: Fixture): Block {
  const { threadCpuNs } = benchAddon()
  const descriptor = descriptors[0]!
  return {
    eventsPerIteration: 1,
    run: iterations => {
      const start = threadCpuNs()
      for (let i = 0; i < iterations; i++) epoll.modify(descriptor, EPOLLIN)
      return threadCpuNs() - start
    },
  }
}

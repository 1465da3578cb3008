import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon } from '../addon.ts'
import type { Block } from '../contender.ts'
import type { Fixture } from '../fixture.ts'

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

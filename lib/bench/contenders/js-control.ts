// Epoll.modify(), or Epoll.unregister() and then Epoll.register().
import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

export function open({ epoll, descriptors }: Fixture, { change }: Options): Block {
  const { threadCpuNs } = benchAddon()
  const descriptor = descriptors[0]!
  const reregister = (): void => {
    epoll.unregister(descriptor)
    epoll.register(descriptor, EPOLLIN)
  }
  const act = change === 'mod' ? () => epoll.modify(descriptor, EPOLLIN) : reregister
  return {
    eventsPerIteration: 1,
    run: iterations => {
      const start = threadCpuNs()
      for (let i = 0; i < iterations; i++) act()
      return threadCpuNs() - start
    },
  }
}

// epoll_ctl(2) in C: EPOLL_CTL_MOD, or EPOLL_CTL_DEL and then EPOLL_CTL_ADD.
import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon, nanoseconds } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

export function open({ epoll, descriptors }: Fixture, { change }: Options): Block {
  const { epollModLoop, epollAddDelLoop } = benchAddon()
  const loop = change === 'mod' ? epollModLoop : epollAddDelLoop
  const epfd = epoll.fileno()
  const fd = descriptors[0]!.fileno()
  return {
    eventsPerIteration: 1,
    systemCalls: change === 'mod' ? 1 : 2,
    run: iterations => nanoseconds(loop(epfd, fd, EPOLLIN, iterations), 'epoll_ctl'),
  }
}

// epoll_ctl(2) in C: EPOLL_CTL_DEL, then EPOLL_CTL_ADD.
import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon, nanoseconds } from '../measure/addon.ts'
import type { Block } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

export function open({ epoll, descriptors }: Fixture): Block {
  const addon = benchAddon()
  const epfd = epoll.fileno()
  const fd = descriptors[0]!.fileno()
  return {
    eventsPerIteration: 1,
    systemCalls: 2,
    run: iterations =>
      nanoseconds(addon.epollAddDelLoop(epfd, fd, EPOLLIN, iterations), 'EPOLL_CTL_ADD and DEL'),
  }
}

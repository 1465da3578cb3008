// Wrong arguments to Epoll, EventBuffer, EventFd, TimerFd, Poll and select().
import '../support/descriptors.ts'
import { after } from 'node:test'
import {
  EPOLLIN,
  Epoll,
  EventBuffer,
  EventFd,
  maskNames,
  POLLIN,
  Poll,
  select,
  TimerFd,
} from '../../lib/index.ts'
import { flag, optional, options, type Row, testRows } from './wrong-arguments.ts'

const epoll = new Epoll()
const ready = new EventFd(1)
const other = new EventFd(0)
epoll.register(ready, EPOLLIN)
const events = new EventBuffer(4)
const timer = new TimerFd()
const poll = new Poll()
poll.register(ready, POLLIN)

after(() => {
  for (const descriptor of [epoll, ready, other, timer]) descriptor.close()
})

const fd: Partial<Row> = { numeric: true }
const timeout: Partial<Row> = {
  accepts: ['undefined', 'null', '-1', '-Infinity', '0.5', '-2^31-1'],
}

/** Detaches the second object, so that only the first closes the descriptor. */
function fromSpare(options: { owns: boolean }): void {
  using spare = new Epoll()
  Epoll.fromfd(spare.fileno(), options).detach()
}

testRows([
  { name: 'new Epoll(options)', call: v => new Epoll(v), ...options },
  {
    name: 'new Epoll({ flags })',
    call: v => new Epoll({ flags: v }),
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  {
    name: 'new Epoll({ onSignal })',
    call: v => new Epoll({ onSignal: v }),
    numeric: false,
    accepts: optional,
  },
  { name: 'Epoll.fromfd(fd)', call: v => Epoll.fromfd(v) },
  {
    name: 'Epoll.fromfd(, options)',
    call: v => fromSpare(v),
    ...options,
  },
  {
    name: 'Epoll.fromfd(, { owns })',
    call: v => fromSpare({ owns: v }),
    ...flag,
  },
  { name: 'epoll.register(fd)', call: v => epoll.register(v), ...fd },
  { name: 'epoll.register({ fd })', call: v => epoll.register({ fd: v }), ...fd },
  { name: 'epoll.register({ fileno })', call: v => epoll.register({ fileno: () => v }), ...fd },
  {
    name: 'epoll.register(, eventmask)',
    call: v => {
      epoll.register(other, v)
      epoll.unregister(other)
    },
    accepts: ['undefined', '2^31'],
    kernel: { '-1': 'EINVAL' }, // EPOLLEXCLUSIVE cannot be combined with most other flags
  },
  {
    name: 'epoll.register(,, data)',
    call: v => {
      epoll.register(other, EPOLLIN, v)
      epoll.unregister(other)
    },
    accepts: ['undefined', '2^31'],
  },
  { name: 'epoll.modify(fd)', call: v => epoll.modify(v, EPOLLIN), ...fd },
  {
    name: 'epoll.modify(, eventmask)',
    call: v => epoll.modify(ready, v),
    kernel: { '-1': 'EINVAL' },
    accepts: ['2^31'],
  },
  {
    name: 'epoll.modify(,, data)',
    call: v => epoll.modify(ready, EPOLLIN, v),
    accepts: ['undefined', '2^31'],
  },
  { name: 'epoll.unregister(fd)', call: v => epoll.unregister(v), ...fd },
  { name: 'epoll.poll(timeoutMs)', call: v => epoll.poll(v), ...timeout },
  { name: 'epoll.poll(, maxevents)', call: v => epoll.poll(0, v), accepts: ['undefined', '-1'] },
  { name: 'epoll.wait(events)', call: v => epoll.wait(v, 0), numeric: false },
  { name: 'epoll.wait(, timeoutMs)', call: v => epoll.wait(events, v), ...timeout },
  {
    name: 'epoll.watch(listener)',
    call: v => epoll.watch(v),
    numeric: false,
    accepts: ['function'],
  },
  { name: 'new EventBuffer(capacity)', call: v => new EventBuffer(v), accepts: optional },
  { name: 'events.data(i)', call: v => events.data(v) },
  { name: 'events.mask(i)', call: v => events.mask(v) },

  {
    name: 'new EventFd(initial)',
    call: v => new EventFd(v),
    accepts: ['undefined', 'bigint', '2^31'],
  },
  { name: 'new EventFd(, options)', call: v => new EventFd(0, v), ...options },
  {
    name: 'new EventFd(, { semaphore })',
    call: v => new EventFd(0, { semaphore: v }),
    ...flag,
  },
  { name: 'eventFd.write(value)', call: v => ready.write(v), accepts: ['bigint', '2^31'] },

  {
    name: 'new TimerFd(clock)',
    call: v => new TimerFd(v),
    accepts: optional,
    kernel: { '-1': 'EINVAL' },
  },
  { name: 'timer.set(time)', call: v => timer.set(v), numeric: false },
  {
    name: 'timer.set({ initialMs })',
    call: v => timer.set({ initialMs: v }),
    accepts: ['0.5', '2^31'],
  },
  {
    name: 'timer.set({ intervalMs })',
    call: v => timer.set({ initialMs: 1e6, intervalMs: v }),
    accepts: ['undefined', '0.5', '2^31'],
  },

  { name: 'poll.register(fd)', call: v => new Poll().register(v), accepts: [] },
  {
    name: 'poll.register(, eventmask)',
    call: v => new Poll().register(0, v),
    accepts: optional,
  },
  { name: 'poll.modify(fd)', call: v => poll.modify(v, POLLIN) },
  { name: 'poll.modify(, eventmask)', call: v => poll.modify(ready, v) },
  { name: 'poll.unregister(fd)', call: v => poll.unregister(v) },
  { name: 'poll.poll(timeoutMs)', call: v => poll.poll(v), ...timeout },
  { name: 'select(read)', call: v => select(v, [], [], 0), numeric: false, accepts: ['array'] },
  { name: 'select(, write)', call: v => select([], v, [], 0), numeric: false, accepts: ['array'] },
  {
    name: 'select(,, except)',
    call: v => select([], [], v, 0),
    numeric: false,
    accepts: ['array'],
  },
  { name: 'select([fd])', call: v => select([v], [], [], 0) },
  { name: 'select(, [fd])', call: v => select([], [v], [], 0) },
  { name: 'select(,, [fd])', call: v => select([], [], [v], 0) },
  { name: 'select(,,, timeoutMs)', call: v => select([ready], [], [], v), ...timeout },

  {
    name: 'maskNames(mask)',
    call: v => maskNames(v),
    accepts: ['-1', '2^31'],
  },
])

import { benchAddon, nanoseconds, rivalKinds } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'

/** An echo server for many connections, and its client. The CPU time is the sum of both. */
export function open(_fixture: Fixture, { kind, connections }: Options): Block {
  const addon = benchAddon()
  const count = Number(connections)
  const pairs = new Pairs(count)
  const clients = Int32Array.from(pairs.readers, socket => socket.fileno())
  // The client identifies each descriptor by its event data.
  for (const socket of pairs.readers) pairs.epoll.modify(socket, 1)
  const servers = Int32Array.from(pairs.writers, socket => socket.fileno())
  for (const socket of pairs.writers) socket.setblocking(true)
  const handle = nanoseconds(
    addon.rivalsStart(rivalKinds[kind as keyof typeof rivalKinds], servers),
    `${kind} for ${count} connections`,
  )
  const epfd = pairs.epoll.fileno()
  return {
    eventsPerIteration: count,
    systemCalls: null,
    run: iterations => nanoseconds(addon.rivalsRun(handle, epfd, clients, iterations), 'rivals'),
    close: () => {
      for (const socket of pairs.readers) socket.close()
      addon.rivalsStop(handle)
      pairs.close()
    },
  }
}

// libevent's ring with Epoll.wait().
import { EventBuffer } from '../../core/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'
import { ring, ringEvents } from '../measure/ring.ts'

export function open(_fixture: Fixture, { pairs: option }: Options): Block {
  const { threadCpuNs } = benchAddon()
  const count = Number(option)
  const pairs = new Pairs(count)
  const { epoll, readers, writers } = pairs
  const events = new EventBuffer(1023)
  const [token, received] = [new Uint8Array(1), new Uint8Array(1)]
  const run = (): void => {
    const apart = Math.floor(count / ring.active)
    for (let i = 0; i < ring.active; i++) writers[i * apart]!.send(token)
    let written = 0
    for (let read = 0; read < ringEvents; ) {
      const ready = epoll.wait(events, -1)
      for (let i = 0; i < ready; i++) {
        const at = events.data(i)
        readers[at]!.recvInto(received)
        read++
        if (written === ring.writes) continue
        written++
        writers[(at + 1) % count]!.send(token)
      }
    }
  }
  return {
    eventsPerIteration: ringEvents,
    run: iterations => {
      const start = threadCpuNs()
      for (let i = 0; i < iterations; i++) run()
      return threadCpuNs() - start
    },
    close: () => pairs.close(),
  }
}

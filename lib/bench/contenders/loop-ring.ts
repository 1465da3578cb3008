import { EventLoop } from '../../loop/index.ts'
import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'
import { ring, ringEvents } from '../measure/ring.ts'

/** The ring in Node's own event loop, where the server also runs. */
export function open(_fixture: Fixture, { pairs: option }: Options): Block {
  const { threadCpuNs } = benchAddon()
  const count = Number(option)
  const pairs = new Pairs(count)
  const { readers, writers } = pairs
  const loop = new EventLoop()
  const [token, received] = [new Uint8Array(1), new Uint8Array(1)]
  let [read, written] = [0, 0]
  let done: () => void = () => {}
  for (let i = 0; i < count; i++) {
    const [reader, next] = [readers[i]!, writers[(i + 1) % count]!]
    loop.add(reader, EPOLLIN, () => {
      reader.recvInto(received)
      if (written < ring.writes) {
        written++
        next.send(token)
      }
      if (++read === ringEvents) done()
    })
  }
  const run = (): Promise<void> =>
    new Promise(resolve => {
      read = 0
      written = 0
      done = resolve
      const apart = Math.floor(count / ring.active)
      for (let i = 0; i < ring.active; i++) writers[i * apart]!.send(token)
    })
  return {
    eventsPerIteration: ringEvents,
    systemCalls: null,
    run: async iterations => {
      const start = threadCpuNs()
      for (let i = 0; i < iterations; i++) await run()
      return threadCpuNs() - start
    },
    close: () => {
      loop.close()
      pairs.close()
    },
  }
}

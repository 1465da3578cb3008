import { Socket } from 'node:net'
import { benchAddon } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'
import { ring, ringEvents } from '../measure/ring.ts'

/** The ring with node:net, which uses libuv's epoll. */
export function open(_fixture: Fixture, { pairs: option }: Options): Block {
  const { threadCpuNs } = benchAddon()
  const count = Number(option)
  const pairs = new Pairs(count)
  const readers = pairs.readers.map(socket => new Socket({ fd: socket.detach() }))
  const writers = pairs.writers.map(socket => new Socket({ fd: socket.detach() }))
  const token = Buffer.alloc(1)
  let [read, written] = [0, 0]
  let done: () => void = () => {}
  for (const [i, reader] of readers.entries()) {
    const next = writers[(i + 1) % count]!
    reader.on('data', tokens => {
      // Several tokens can arrive in one chunk.
      for (let left = tokens.length; left > 0; left--) {
        if (written < ring.writes) {
          written++
          next.write(token)
        }
        if (++read === ringEvents) done()
      }
    })
  }
  const run = (): Promise<void> =>
    new Promise(resolve => {
      read = 0
      written = 0
      done = resolve
      const apart = Math.floor(count / ring.active)
      for (let i = 0; i < ring.active; i++) writers[i * apart]!.write(token)
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
      for (const socket of [...readers, ...writers]) socket.destroy()
      pairs.close()
    },
  }
}

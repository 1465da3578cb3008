// A message with Epoll, edge-triggered: reads until EAGAIN.
import { EventBuffer } from '../../core/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block } from '../measure/contender.ts'
import { cycles, readBytes } from '../measure/cycles.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'

export function open({ sizeBytes }: Fixture): Block {
  const { threadCpuNs } = benchAddon()
  const pairs = new Pairs(1, cycles.drain.mask)
  const { epoll } = pairs
  const [reader, writer] = [pairs.readers[0]!, pairs.writers[0]!]
  const [message, received] = [new Uint8Array(sizeBytes), new Uint8Array(readBytes)]
  const events = new EventBuffer(1)
  return {
    eventsPerIteration: 1,
    run: iterations => {
      const start = threadCpuNs()
      for (let i = 0; i < iterations; i++) {
        writer.send(message)
        for (let left = sizeBytes; left > 0; ) {
          epoll.wait(events, -1)
          for (;;) {
            const count = reader.recvInto(received)
            if (count === null) break
            left -= count
          }
        }
      }
      return threadCpuNs() - start
    },
    close: () => pairs.close(),
  }
}

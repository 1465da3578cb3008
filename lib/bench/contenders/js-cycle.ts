// A message with Epoll: sent, waited for and received, in one of the four ways of cycles.ts.
import { EventBuffer, type Socket } from '../../core/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import { type Cycle, cycles, readBytes } from '../measure/cycles.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'

/** Reads after an event, and returns the number of bytes. */
type Read = (reader: Socket, received: Uint8Array) => number

function readUntilEagain(reader: Socket, received: Uint8Array): number {
  for (let total = 0; ; ) {
    const count = reader.recvInto(received)
    if (count === null) return total
    total += count
  }
}

function readUntilShort(reader: Socket, received: Uint8Array): number {
  for (let total = 0; ; ) {
    const count = reader.recvInto(received) ?? 0
    total += count
    if (count < readBytes) return total
  }
}

const reads: Readonly<Record<Cycle, Read>> = {
  level: (reader, received) => reader.recvInto(received) ?? 0,
  drain: readUntilEagain,
  short: readUntilShort,
  oneshot: readUntilShort,
}

export function open({ sizeBytes }: Fixture, { cycle }: Options): Block {
  const { threadCpuNs } = benchAddon()
  const { mask } = cycles[cycle as Cycle]
  const read = reads[cycle as Cycle]
  const pairs = new Pairs(1, mask)
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
          left -= read(reader, received)
          if (cycle === 'oneshot') epoll.modify(reader, mask, 0)
        }
      }
      return threadCpuNs() - start
    },
    close: () => pairs.close(),
  }
}

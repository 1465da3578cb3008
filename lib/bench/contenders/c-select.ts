// select(2) in C.
import { benchAddon, nanoseconds } from '../measure/addon.ts'
import type { Block } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'

const setBytes = 128

export function open({ descriptors, ready }: Fixture): Block {
  const addon = benchAddon()
  const set = new Uint8Array(setBytes)
  let nfds = 0
  for (const descriptor of descriptors) {
    const fd = descriptor.fileno()
    if (fd >= setBytes * 8) throw new RangeError(`select() cannot watch descriptor ${fd}`)
    set[fd >> 3]! |= 1 << (fd & 7)
    nfds = Math.max(nfds, fd + 1)
  }
  return {
    eventsPerIteration: ready,
    systemCalls: 1,
    run: iterations => nanoseconds(addon.selectLoop(nfds, set, iterations), 'select'),
  }
}

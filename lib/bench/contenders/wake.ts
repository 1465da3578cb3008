import { Epoll, EventBuffer } from '../../core/index.ts'
import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import { startEcho } from '../measure/echo-thread.ts'
import type { Fixture } from '../measure/fixture.ts'
import type { Wake } from '../measure/wake.ts'

/** Sends a byte to a thread and back. This thread waits in epoll_wait; `wake` selects how the other one waits. */
export async function open(_fixture: Fixture, { wake }: Options): Promise<Block> {
  const { threadCpuNs } = benchAddon()
  const echo = await startEcho(wake as Wake)
  const { near } = echo
  const epoll = new Epoll()
  epoll.register(near, EPOLLIN)
  const events = new EventBuffer(1)
  const byte = new Uint8Array(1)
  return {
    eventsPerIteration: 1,
    systemCalls: null,
    run: iterations => {
      const start = threadCpuNs()
      for (let i = 0; i < iterations; i++) {
        near.send(byte)
        epoll.wait(events, -1)
        near.recvInto(byte)
      }
      return threadCpuNs() - start
    },
    close: async () => {
      await echo.stop()
      epoll.close()
    },
  }
}

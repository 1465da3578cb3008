import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Epoll, EventBuffer, Socket } from '../../core/index.ts'
import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon } from '../addon.ts'
import type { Block, Options } from '../contender.ts'
import type { Fixture } from '../fixture.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const program = new URL(`../echo.${extension}`, import.meta.url)

/** A byte to a thread and back: this end sleeps in epoll_wait, the other as the option says. */
export async function open(_fixture: Fixture, { wake }: Options): Promise<Block> {
  const { threadCpuNs } = benchAddon()
  const [near, far] = Socket.pair()
  const worker = new Worker(program, { workerData: { fd: far.detach(), wake } })
  await once(worker, 'message')
  const ended = once(worker, 'exit')
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
      near.close()
      await ended
      epoll.close()
    },
  }
}

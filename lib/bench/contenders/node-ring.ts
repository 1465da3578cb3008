// libevent's ring in Node's own event loop: with EventLoop, as the server, or with node:net, which uses libuv's epoll.
import { Socket } from 'node:net'
import { EventLoop } from '../../loop/index.ts'
import { EPOLLIN } from '../../sys/index.ts'
import { benchAddon } from '../measure/addon.ts'
import type { Block, Options } from '../measure/contender.ts'
import type { Fixture } from '../measure/fixture.ts'
import { Pairs } from '../measure/pairs.ts'
import { ring, ringEvents } from '../measure/ring.ts'

/** Pairs whose reading ends are watched. */
interface Watched {
  /** Sends a token through a pair. */
  readonly send: (i: number) => void
  readonly close: () => void
}

type OnToken = (i: number) => void

function withLoop({ readers, writers }: Pairs, onToken: OnToken): Watched {
  const loop = new EventLoop()
  const [token, received] = [new Uint8Array(1), new Uint8Array(1)]
  for (const [i, reader] of readers.entries())
    loop.add(reader, EPOLLIN, () => {
      reader.recvInto(received)
      onToken(i)
    })
  return { send: i => writers[i]!.send(token), close: () => loop.close() }
}

function withNet(pairs: Pairs, onToken: OnToken): Watched {
  const [readers, writers] = [pairs.readers, pairs.writers].map(ends =>
    ends.map(socket => new Socket({ fd: socket.detach() })),
  ) as [Socket[], Socket[]]
  const token = Buffer.alloc(1)
  for (const [i, reader] of readers.entries())
    reader.on('data', tokens => {
      // Several tokens can arrive in one chunk.
      for (let left = tokens.length; left > 0; left--) onToken(i)
    })
  const close = (): void => {
    for (const socket of [...readers, ...writers]) socket.destroy()
  }
  return { send: i => writers[i]!.write(token), close }
}

export function open(_fixture: Fixture, { pairs: option, by }: Options): Block {
  const { threadCpuNs } = benchAddon()
  const count = Number(option)
  const pairs = new Pairs(count)
  let [read, written] = [0, 0]
  let done: () => void = () => {}
  const { send, close } = (by === 'net' ? withNet : withLoop)(pairs, i => {
    if (written < ring.writes) {
      written++
      send((i + 1) % count)
    }
    if (++read === ringEvents) done()
  })
  const run = (): Promise<void> =>
    new Promise(resolve => {
      read = 0
      written = 0
      done = resolve
      const apart = Math.floor(count / ring.active)
      for (let i = 0; i < ring.active; i++) send(i * apart)
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
      close()
      pairs.close()
    },
  }
}

import { createRequire } from 'node:module'
import { Epoll, EventFd } from '../../core/index.ts'
import { EPOLLIN } from '../../sys/index.ts'
import type { Values } from './study.ts'

/** Measures callbacks in Node's event loop, either from the npm package `epoll` or from `Epoll.watch()`. */
export interface CallbacksTask {
  /** The path of the package; null for `Epoll.watch()`. */
  readonly path: string | null
  readonly warmUp: number
  readonly events: number
}

/** The part of the package that is used here. */
interface Poller {
  add(fd: number, events: number): Poller
  remove(fd: number): Poller
  close(): void
}
type PollerClass = new (callback: (error: Error | null) => void) => Poller

/** Watches a descriptor that is always ready, and calls `onEvent` for each event. Returns a function that stops it. */
type Watch = (ready: EventFd, onEvent: (error: Error | null) => void) => () => void

/** Wall-clock nanoseconds per callback. */
export async function measure({ path, warmUp, events }: CallbacksTask): Promise<Values> {
  const watch = path === null ? ownWatch : packageWatch(path)
  await called(watch, warmUp)
  const start = process.hrtime.bigint()
  await called(watch, events)
  return [Number(process.hrtime.bigint() - start) / events]
}

async function called(watch: Watch, count: number): Promise<void> {
  using ready = new EventFd(1)
  let end = (): void => {}
  try {
    await new Promise<void>((resolve, reject) => {
      let left = count
      end = watch(ready, error => {
        if (error !== null) reject(error)
        else if (--left === 0) resolve()
      })
    })
  } finally {
    end()
  }
}

function ownWatch(ready: EventFd, onEvent: (error: Error | null) => void): () => void {
  const epoll = new Epoll()
  epoll.register(ready, EPOLLIN)
  epoll.watch(() => onEvent(null))
  return () => epoll.close()
}

function packageWatch(path: string): Watch {
  const { Epoll: Poller } = createRequire(import.meta.url)(path) as { Epoll: PollerClass }
  return (ready, onEvent) => {
    const fd = ready.fileno()
    const poller = new Poller(error => onEvent(error ?? null))
    poller.add(fd, EPOLLIN)
    return () => poller.remove(fd).close()
  }
}

import { Worker } from 'node:worker_threads'
import { EventFd, Socket } from '../../core/index.ts'
import { inPackage, SO_REUSEPORT, SOL_SOCKET } from '../../sys/index.ts'
import { connectAll } from './accept-client.ts'
import type { Accepted, ThreadTask } from './accept-thread.ts'
import type { Values } from './study.ts'
import { nextMessages, terminateAll } from './threads.ts'

/** The threads that accept on one port, and the connections to it. */
export interface AcceptTask {
  /** The mask with which each thread's epoll watches its listener. */
  readonly eventmask: number
  readonly listeners: 'one' | 'each'
  readonly threads: number
  readonly connections: number
  /** The number of simultaneous connections. */
  readonly burst: number
  /** The time limit for each wait for a connection or for a thread's result. */
  readonly deadlineMs: number
}

/** The time limit for starting the threads, which is not measured. */
const startMs = 30_000
const program = inPackage('dist/bench/studies/accept-thread.js')

/**
 * The percentage of connections that the busiest and the least busy thread accepted, and the empty wake-ups, sleeps and
 * nanoseconds per connection. Throws Error if a thread fails or a connection is not accepted in time, after all threads
 * have ended.
 */
export async function measure(task: AcceptTask): Promise<Values> {
  const { threads, connections, burst, deadlineMs } = task
  const listeners: Socket[] = []
  const workers: Worker[] = []
  using stop = new EventFd()
  try {
    for (let i = 0; i < (task.listeners === 'one' ? 1 : threads); i++)
      listeners.push(listening(listeners[0]))
    for (let i = 0; i < threads; i++) {
      const listener = listeners[i % listeners.length]!.fileno()
      const { eventmask } = task
      const workerData: ThreadTask = { listener, eventmask, stop: stop.fileno(), deadlineMs }
      workers.push(new Worker(program, { workerData }))
    }
    await nextMessages(workers, startMs)
    const address = listeners[0]!.getsockname()
    for (let left = connections; left > 0; left -= burst)
      connectAll(address, Math.min(burst, left), deadlineMs)
    const found = nextMessages<Accepted>(workers, deadlineMs)
    stop.write(1)
    return valuesOf(await found)
  } finally {
    // The threads end first, so that none of them uses a closed descriptor whose number has been reused.
    await terminateAll(workers)
    for (const listener of listeners) listener.close()
  }
}

/** @param first a listener whose port the new one shares */
function listening(first: Socket | undefined): Socket {
  const listener = new Socket()
  try {
    listener.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    listener.bind(first?.getsockname() ?? { host: '127.0.0.1', port: 0 })
    listener.listen()
    return listener
  } catch (error) {
    listener.close()
    throw error
  }
}

function valuesOf(threads: readonly Accepted[]): Values {
  const sum = (of: (thread: Accepted) => number): number =>
    threads.reduce((total, thread) => total + of(thread), 0)
  const connections = sum(({ accepted }) => accepted)
  const percents = threads.map(({ accepted }) => (100 * accepted) / connections)
  return [
    Math.max(...percents),
    Math.min(...percents),
    sum(({ emptyWakeUps }) => emptyWakeUps) / connections,
    sum(({ sleeps }) => sleeps) / connections,
    sum(({ cpuNs }) => cpuNs) / connections,
  ]
}

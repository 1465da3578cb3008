// A thread that accepts and closes connections until it is stopped.
import { parentPort, workerData } from 'node:worker_threads'
import { Epoll } from '../../core/index.ts'
import { checked, EAGAIN, EPOLLIN, fileText, native, SOCK_CLOEXEC } from '../../sys/index.ts'
import { benchAddon } from '../measure/addon.ts'

/** The parent thread owns both descriptors. */
export interface ThreadTask {
  readonly listener: number
  readonly eventmask: number
  /** Becomes readable when the thread should stop. */
  readonly stop: number
  readonly deadlineMs: number
}

/** The counters of one thread. */
export interface Accepted {
  readonly accepted: number
  readonly emptyWakeUps: number
  /** How often the thread went to sleep, even if it was woken and slept again before epoll_wait returned. */
  readonly sleeps: number
  readonly cpuNs: number
}

const { listener, eventmask, stop, deadlineMs } = workerData as ThreadTask
const { threadCpuNs } = benchAddon()

/** Accepts until EAGAIN, and returns the number of connections. */
function acceptAll(): number {
  for (let count = 0; ; count++) {
    const fd = native.accept4(listener, null, SOCK_CLOEXEC)
    if (fd === EAGAIN) return count
    native.close(checked(fd, 'accept4', listener))
  }
}

function sleepsSoFar(): number {
  const status = fileText('/proc/thread-self/status')
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1])
}

using epoll = new Epoll()
epoll.register(listener, eventmask)
epoll.register(stop, EPOLLIN)
parentPort?.postMessage('ready')
const sleepsBefore = sleepsSoFar()
const startNs = threadCpuNs()
let [accepted, emptyWakeUps] = [0, 0]
for (let stopped = false; !stopped; ) {
  const events = epoll.poll(deadlineMs)
  if (events.length === 0) throw new Error(`a thread received no event for ${deadlineMs} ms`)
  for (const [fd] of events) {
    if (fd === stop) {
      stopped = true
    } else {
      const count = acceptAll()
      accepted += count
      if (count === 0) emptyWakeUps++
    }
  }
}
const cpuNs = threadCpuNs() - startNs
const sleeps = sleepsSoFar() - sleepsBefore
parentPort?.postMessage({ accepted, emptyWakeUps, sleeps, cpuNs } satisfies Accepted)

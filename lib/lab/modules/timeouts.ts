import { native } from '../../sys/index.ts'
import type { Module, ModuleContext, ModuleOperation } from './module.ts'

const events = new Uint32Array(4)
const nsPerMs = 1e6
const tries = 20

/** Measures several waits and takes the shortest, because other load makes a wait longer, never shorter. */
function shortest(wait: (epfd: number, ms: number) => number): ModuleOperation {
  return (context: ModuleContext, epoll = '', ms = '') => {
    const epfd = context.fdOf(epoll)
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < tries; i++) {
      const start = process.hrtime.bigint()
      const result = wait(epfd, Number(ms))
      if (result < 0) return { result }
      least = Math.min(least, Number(process.hrtime.bigint() - start))
    }
    return { result: least, says: `${(least / nsPerMs).toFixed(2)} ms` }
  }
}

/** `time_wait E 1` and `time_pwait2 E 0.1` measure how long epoll_wait(2) and epoll_pwait2(2) take. */
export const timeouts: Module = {
  time_wait: shortest((epfd, ms) => native.epollWait(epfd, events, 1, ms)),
  time_pwait2: shortest((epfd, ms) => native.epollPwait2(epfd, events, 1, ms * nsPerMs)),
}

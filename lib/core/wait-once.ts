import { ENOSYS, EPERM, native } from '../sys/index.ts'
import type { EventBuffer } from './event-buffer.ts'

const nsPerMs = 1e6
let pwait2Refused = false

/** Uses epoll_pwait2 for fractions of a millisecond if the kernel has it. */
export function waitOnce(
  epfd: number,
  events: EventBuffer,
  maxevents: number,
  timeoutMs: number,
): number {
  if (!pwait2Refused && !Number.isInteger(timeoutMs)) {
    const timeoutNs = Math.ceil(timeoutMs * nsPerMs)
    const count = native.epollPwait2(epfd, events.words, maxevents, timeoutNs)
    if (count !== ENOSYS && count !== EPERM) return count
    pwait2Refused = true
  }
  return native.epollWait(epfd, events.words, maxevents, Math.ceil(timeoutMs))
}

import { EPOLLET, EPOLLIN, EPOLLONESHOT } from '../../sys/index.ts'
import type { CycleMode } from './addon.ts'

/** How the reader of messages is registered, and how it reads. */
export type Cycle = 'level' | 'drain' | 'short' | 'oneshot'

export const cycles: Readonly<Record<Cycle, { mode: CycleMode; mask: number }>> = {
  level: { mode: 0, mask: EPOLLIN },
  drain: { mode: 1, mask: EPOLLIN | EPOLLET },
  short: { mode: 2, mask: EPOLLIN | EPOLLET },
  oneshot: { mode: 3, mask: EPOLLIN | EPOLLET | EPOLLONESHOT },
}

/** The most bytes that one recv reads. Must match native/bench-messages.cc. */
export const readBytes = 4096

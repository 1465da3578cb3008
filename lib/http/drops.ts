import { SystemError } from '../sys/index.ts'
import { dropLinesPerSecondMax } from './limits.ts'

/**
 * Why a client did not get what it came for: it was refused at a limit of connections, a deadline was over, or it left
 * by itself before its request or its answer was whole.
 */
export type DropReason = 'refused' | 'timeout' | 'aborted'

/** A client that did not get what it came for. */
export interface Drop {
  readonly reason: DropReason
  /** The client's IP address. */
  readonly remoteAddress: string
  /** The client's port. */
  readonly remotePort: number
}

/** How many clients were dropped, by the reason. */
export type DropCounts = Readonly<Record<DropReason, number>>

type Client = Omit<Drop, 'reason'>

/** All other errors of a connection are this machine's. */
const leavingCodes = new Set([
  'ECONNABORTED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOTCONN',
  'EPIPE',
  'ETIMEDOUT',
])

/** Whether it is the peer, or the way to it, that has ended a connection. */
export function isByPeer(error: Error | null): boolean {
  return error instanceof SystemError && leavingCodes.has(error.code)
}

/** Counts the clients that were dropped, and tells of each. */
export class Drops {
  readonly #counts: Record<DropReason, number> = { refused: 0, timeout: 0, aborted: 0 }
  readonly #tell: (drop: Drop) => void
  #second = 0
  #lines = 0

  /** @param tell must not throw */
  constructor(tell: (drop: Drop) => void) {
    this.#tell = tell
  }

  get counts(): DropCounts {
    return { ...this.#counts }
  }

  add(reason: DropReason, { remoteAddress, remotePort }: Client): void {
    this.#counts[reason]++
    this.#tell({ reason, remoteAddress, remotePort })
  }

  /** Whether there may be a line for a client that has made no whole request: a flood of them must not flood the log. */
  mayLog(nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) this.#lines = 0
    this.#second = second
    return this.#lines++ < dropLinesPerSecondMax
  }
}

import { SystemError } from '../sys/index.ts'
import { dropLinesPerSecondMax } from './limits.ts'

/**
 * Why a client got no complete answer: it was refused at a connection limit, missed a deadline, or left before its
 * request or its answer was complete.
 */
export type DropReason = 'refused' | 'timeout' | 'aborted'

/** A client that got no complete answer. */
export interface Drop {
  readonly reason: DropReason
  /** The client's IP address. */
  readonly remoteAddress: string
  /** The client's port. */
  readonly remotePort: number
}

/** How many clients were dropped, by reason. */
export type DropCounts = Readonly<Record<DropReason, number>>

/** Errors that the peer or the network causes. All other errors on a connection originate on this machine. */
const codesOfPeer = new Set([
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

/** Whether the peer or the network caused this error. */
export function isByPeer(error: Error | null): boolean {
  return error instanceof SystemError && codesOfPeer.has(error.code)
}

/** Counts and reports the clients that were dropped. */
export class Drops {
  readonly #counts: Record<DropReason, number> = { refused: 0, timeout: 0, aborted: 0 }
  readonly #report: (drop: Drop) => void
  #second = 0
  #lines = 0

  /** @param report must not throw */
  constructor(report: (drop: Drop) => void) {
    this.#report = report
  }

  get counts(): DropCounts {
    return { ...this.#counts }
  }

  add(reason: DropReason, { remoteAddress, remotePort }: Omit<Drop, 'reason'>): void {
    this.#counts[reason]++
    this.#report({ reason, remoteAddress, remotePort })
  }

  /**
   * Whether a client that sent no complete request may be logged now. The number of such lines is limited, so that they
   * can't flood the log.
   */
  mayLog(nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) this.#lines = 0
    this.#second = second
    return this.#lines++ < dropLinesPerSecondMax
  }
}

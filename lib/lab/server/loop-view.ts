import type { EventLoop } from '../../loop/index.ts'
import { type SocketFacts, socketFacts, tcpBytesOf } from '../../net/index.ts'
import { type Interest, interestOf } from '../../sys/index.ts'
import type { Flag } from '../language/syntax.ts'
import { xrayEntriesMax } from '../limits.ts'
import { flagsOf } from '../machine/bits.ts'

/** The facts about a registered descriptor that are read only once, because they do not change. */
export interface Watched extends SocketFacts {
  readonly fd: number
  readonly sinceMs: number | null
}

/** An entry of the interest list, with TCP's byte counts when the list was read. */
export interface Line extends Watched {
  readonly mask: readonly Flag[]
  readonly data: number
  readonly receivedBytes: number | null
  readonly sentBytes: number | null
}

/** Reading a long list may take up to 5 % of the time, and at most 10 ms in one go. */
const readingShare = 20
const readingAtOnceMs = 10

function bytesOf({ fd, kind }: Watched): Pick<Line, 'receivedBytes' | 'sentBytes'> {
  const { receivedBytes = null, ackedBytes: sentBytes = null } =
    (kind === 'connection' && tcpBytesOf(fd)) || {}
  return { receivedBytes, sentBytes }
}

/** The interest list of a loop's epoll, from /proc/self/fdinfo, with the peers' addresses. */
export class LoopView {
  readonly #loop: EventLoop
  /** Keyed by epoll_data, which is unique to a registration. */
  #watched = new Map<number, Watched>()
  #lines: readonly Line[] = []
  #left = 0
  /** The time that is left for reading; negative after a long read. */
  #leftMs = readingAtOnceMs
  #paidMs = 0
  #isFirst = true

  constructor(loop: EventLoop) {
    this.#loop = loop
  }

  get epoll(): number {
    return this.#loop.fileno()
  }

  /** The first entries of the list, when it was last read. */
  get lines(): readonly Line[] {
    return this.#lines
  }

  /** The number of omitted entries. */
  get left(): number {
    return this.#left
  }

  /** Finds an event's registration. Call it before dispatch, while the descriptor is still open. */
  find(data: number, nowMs: number): Watched | undefined {
    if (!this.#watched.has(data)) this.read(nowMs)
    return this.#watched.get(data)
  }

  /** Reads the list, if the time budget allows it. */
  read(nowMs: number): void {
    this.#leftMs = Math.min(readingAtOnceMs, this.#leftMs + (nowMs - this.#paidMs) / readingShare)
    this.#paidMs = nowMs
    if (this.#loop.closed || this.#leftMs < 0) return
    const startMs = performance.now()
    let interest: Interest[]
    try {
      interest = interestOf(this.epoll)
    } catch {
      // Probably EMFILE, so keep the old list.
      return
    }
    this.#take(interest, this.#isFirst ? null : nowMs)
    this.#isFirst = false
    this.#leftMs -= performance.now() - startMs
  }

  #take(interest: Interest[], sinceMs: number | null): void {
    const shown = interest.slice(0, xrayEntriesMax)
    const known = this.#watched
    this.#watched = new Map(
      shown.map(({ fd, data }) => [data, known.get(data) ?? { fd, sinceMs, ...socketFacts(fd) }]),
    )
    this.#left = interest.length - shown.length
    this.#lines = shown.map(({ events, data }) => {
      const watched = this.#watched.get(data)!
      return { ...watched, mask: flagsOf(events), data, ...bytesOf(watched) }
    })
  }
}

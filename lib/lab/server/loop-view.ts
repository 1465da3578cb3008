import type { EventLoop } from '../../loop/index.ts'
import { tcpBytesOf } from '../../net/index.ts'
import {
  addressBytes,
  decodeAddress,
  hostPort,
  type Interest,
  interestOf,
  maskNames,
  native,
  SO_ACCEPTCONN,
  SOL_SOCKET,
} from '../../sys/index.ts'
import type { Flag } from '../language/syntax.ts'
import { xrayEntriesMax } from '../limits.ts'
import type { XrayEntry } from './xray-events.ts'

/** What the kernel says of a registered descriptor: asked once, as a registration keeps its file. */
export interface Watched {
  readonly fd: number
  readonly kind: XrayEntry['kind']
  readonly address: string | null
  readonly sinceMs: number | null
}

/** A line of the list; what a client has sent and acknowledged as TCP counted it then. */
export interface Line extends Watched {
  readonly mask: readonly Flag[]
  readonly data: number
  readonly receivedBytes: number | null
  readonly sentBytes: number | null
}

/** Reading may cost one part in so many of the time, and so much at once: a list can be long. */
const readingShare = 20
const readingAtOnceMs = 10
const prefix = 'EPOLL'
const address = new Uint8Array(addressBytes)
const flag = new Int32Array(1)

/** The names of a mask as the lab writes them: without EPOLL. */
export function flagsOf(mask: number): Flag[] {
  const names = maskNames(mask).split('|')
  return names
    .filter(name => name.startsWith(prefix))
    .map(name => name.slice(prefix.length) as Flag)
}

function addressOf(bytes: Uint8Array, length: number): string | null {
  const found = length < 0 ? null : decodeAddress(bytes, length)
  if (found === null || !('host' in found)) return null
  return hostPort(found.host, found.port)
}

function kindOf(fd: number): XrayEntry['kind'] {
  const failed = native.getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, new Uint8Array(flag.buffer)) < 0
  if (failed) return 'other'
  return flag[0] === 1 ? 'listener' : 'connection'
}

function bytesOf({ fd, kind }: Watched): Pick<Line, 'receivedBytes' | 'sentBytes'> {
  const { receivedBytes = null, ackedBytes: sentBytes = null } =
    (kind === 'connection' && tcpBytesOf(fd)) || {}
  return { receivedBytes, sentBytes }
}

/** What a loop's epoll watches, as /proc/self/fdinfo lists it, and who is at the other end. */
export class LoopView {
  readonly #loop: EventLoop
  /** By epoll_data: a registration's own, and no other one's. */
  #watched = new Map<number, Watched>()
  #lines: readonly Line[] = []
  #left = 0
  /** How much time reading may cost now; below zero there is none. */
  #leftMs = readingAtOnceMs
  #paidMs = 0
  #isFirst = true

  constructor(loop: EventLoop) {
    this.#loop = loop
  }

  get epoll(): number {
    return this.#loop.fileno()
  }

  /** The list's first lines as they were when it was read last. */
  get lines(): readonly Line[] {
    return this.#lines
  }

  /** How many lines it has behind these. */
  get left(): number {
    return this.#left
  }

  /** Of an event that has just come, while its descriptor is open for certain. */
  find(data: number, nowMs: number): Watched | undefined {
    if (!this.#watched.has(data)) this.read(nowMs)
    return this.#watched.get(data)
  }

  /** Reads the list, unless it is so long that it was read too shortly ago. */
  read(nowMs: number): void {
    this.#leftMs = Math.min(readingAtOnceMs, this.#leftMs + (nowMs - this.#paidMs) / readingShare)
    this.#paidMs = nowMs
    if (this.#loop.closed || this.#leftMs < 0) return
    const startMs = performance.now()
    let interest: Interest[]
    try {
      interest = interestOf(this.epoll)
    } catch {
      // No descriptor is left to read it with; the old list stays.
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
      shown.map(({ fd, data }) => [data, known.get(data) ?? watch(fd, sinceMs)]),
    )
    this.#left = interest.length - shown.length
    this.#lines = shown.map(({ events, data }) => {
      const watched = this.#watched.get(data)!
      return { ...watched, mask: flagsOf(events), data, ...bytesOf(watched) }
    })
  }
}

function watch(fd: number, sinceMs: number | null): Watched {
  const kind = kindOf(fd)
  const ask = kind === 'listener' ? native.getsockname : native.getpeername
  return { fd, kind, address: addressOf(address, ask(fd, address)), sinceMs }
}

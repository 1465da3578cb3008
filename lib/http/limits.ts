import { outputHighWaterBytes } from '../net/index.ts'
import { integer } from '../sys/index.ts'

// Every number that bounds what an HTTP client can make the server do or keep.

/** The limits of one server. Each is an integer from 1 to 2^31-1. */
export interface ServerLimits {
  /** The longest request body, in bytes. A longer one is answered with 413. Default: 1 MiB. */
  readonly bodyBytesMax: number
  /** How long to wait for the next bytes of a body, in milliseconds; then the answer is 408. Default: 30,000. */
  readonly bodyTimeoutMs: number
  /** From the first byte of a request to the end of its head, in milliseconds; then the answer is 408. Default: 10,000. */
  readonly headTimeoutMs: number
  /** How long a connection may be idle between two requests, in milliseconds; then it is closed. Default: 75,000. */
  readonly idleTimeoutMs: number
  /** How long a client may take nothing of its answer, in milliseconds; then it is reset. Default: 60,000. */
  readonly writeTimeoutMs: number
  /**
   * Open connections. At the limit the oldest idle connection is closed to make room; if none is idle, the new one gets
   * 503. Default: 65,536.
   */
  readonly connectionsMax: number
  /** Open connections of one IPv4 address or IPv6 network (/64). One more gets 503. Default: 65,536. */
  readonly connectionsPerAddressMax: number
  /** While more output than this waits for a client, in bytes, none of its requests are read. Default: 256 KiB. */
  readonly outputHighWaterBytes: number
  /** Requests on one connection. The answer to the last one closes it. Default: 1,000,000. */
  readonly requestsMax: number
  /** A `write()` while more bytes than this wait for the client resets the connection. Default: 4 MiB. */
  readonly streamBytesMax: number
}

export const defaultLimits: ServerLimits = {
  bodyBytesMax: 1_048_576,
  bodyTimeoutMs: 30_000,
  headTimeoutMs: 10_000,
  idleTimeoutMs: 75_000,
  writeTimeoutMs: 60_000,
  connectionsMax: 65_536,
  connectionsPerAddressMax: 65_536,
  outputHighWaterBytes,
  requestsMax: 1_000_000,
  streamBytesMax: 4_194_304,
}

export const limitNames = Object.keys(defaultLimits) as (keyof ServerLimits)[]

/** @throws RangeError for a limit that is not an integer from 1 to 2^31-1 */
export function serverLimits(given: Partial<ServerLimits>): ServerLimits {
  const limits = { ...defaultLimits, ...given }
  for (const [name, value] of Object.entries(limits)) integer(name, value, 1, 2 ** 31 - 1)
  return limits
}

/** A request's line and headers together; beyond it the answer is 431. */
export const headBytesMax = 16384
/** The target alone; beyond it the answer is 414. */
export const targetBytesMax = 8192
/** Header fields of one request; beyond it the answer is 431. */
export const headersMax = 100
/** How much of the first line of an unreadable request the log gets. */
export const brokenLineBytesMax = 256
/** Empty lines skipped before a request: RFC 9112 section 2.2 asks for one. */
export const emptyLinesMax = 1
/** An unwanted body is skipped up to this length; after a longer one the connection is closed. */
export const droppedBodyBytesMax = 65536
/** An answer with a longer body is sent before it is logged, since the client may not take all of it. */
export const flushedBodyBytesMin = 65_536
/** What a stream may send before other clients get their turn. */
export const turnBytes = 262_144
/** How many writes of a stream may go out before other clients get their turn: each is a system call. */
export const turnCalls = 64
/** The extensions of one chunk. No known client sends any. */
export const chunkLineBytesMax = 256
/** The trailer fields after a chunked body; beyond it the answer is 431. */
export const trailerBytesMax = 8192
/** How long the kernel waits for a connection's first bytes before it hands it over; in seconds, as setsockopt(2) takes it. */
export const deferAcceptS = 1
/** How many connections are examined to find an idle one that can make room. */
export const idleLooksMax = 64
/** Log lines for clients that were dropped before they sent a whole head. Further ones are only counted. */
export const dropLinesPerSecondMax = 10
/** Short texts of requests, such as paths, that are kept for reuse: a power of two. */
export const knownTextsMax = 256
/** The longest text that is kept. */
export const knownTextBytesMax = 64

// All limits on what an HTTP client can make the server do or store.
import { outputHighWaterBytes } from '../net/index.ts'
import { integer } from '../sys/index.ts'

/** The limits of one server. Each is an integer from 1 to 2^31-1. */
export interface ServerLimits {
  /** The longest request body, in bytes. A longer one is answered with 413. Default: 1 MiB. */
  readonly bodyBytesMax: number
  /** How long to wait for the next bytes of a body, in milliseconds; then the answer is 408. Default: 30,000. */
  readonly bodyTimeoutMs: number
  /**
   * How long a head may take to arrive, from its first byte, in milliseconds; then the answer is 408. Default: 10,000.
   */
  readonly headTimeoutMs: number
  /** How long a connection may be idle between two requests, in milliseconds; then it is closed. Default: 75,000. */
  readonly idleTimeoutMs: number
  /** How long a client may leave its answer unread, in milliseconds; then its connection is reset. Default: 60,000. */
  readonly writeTimeoutMs: number
  /**
   * Open connections. At the limit the oldest idle connection is closed to make room; if none is idle, the new one gets
   * 503. Default: 65,536.
   */
  readonly connectionsMax: number
  /** Open connections from one IPv4 address or IPv6 network (/64). Further ones get 503. Default: 65,536. */
  readonly connectionsPerAddressMax: number
  /** While more bytes of output than this wait for a client, none of its requests are read. Default: 256 KiB. */
  readonly outputHighWaterBytes: number
  /** Requests on one connection, which is closed after the last answer. Default: 1,000,000. */
  readonly requestsMax: number
  /** If more bytes than this wait for the client, `write()` resets the connection. Default: 4 MiB. */
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

/** The longest request line and headers together; a longer head gets 431. */
export const headBytesMax = 16384
/** The longest target; a longer one gets 414. */
export const targetBytesMax = 8192
/** The largest number of header fields; a request with more gets 431. */
export const headersMax = 100
/** How many bytes of an unreadable request's first line are logged. */
export const brokenLineBytesMax = 256
/** How many empty lines are skipped before a request: RFC 9112 section 2.2 asks for one. */
export const emptyLinesMax = 1
/** The longest unwanted body that is skipped; if a body is longer, the connection is closed. */
export const droppedBodyBytesMax = 65536
/** An answer with a longer body is sent before it is logged, since the client may not receive all of it. */
export const flushedBodyBytesMin = 65_536
/** How many bytes a stream may send before other clients get a turn. */
export const turnBytes = 262_144
/** How many times a stream may write before other clients get a turn; each write is a system call. */
export const turnCalls = 64
/** The longest extensions of one chunk. No known client sends any. */
export const chunkLineBytesMax = 256
/** The longest trailer fields after a chunked body; longer ones get 431. */
export const trailerBytesMax = 8192
/** How many seconds the kernel waits for a connection's first bytes before it hands the connection over. */
export const deferAcceptS = 1
/** How many connections are examined to find an idle one to close. */
export const idleLooksMax = 64
/**
 * How many clients that were dropped before they sent a whole head are logged per second. Further ones are only
 * counted.
 */
export const dropLinesPerSecondMax = 10
/** How many short texts of requests, such as paths, are kept for reuse; a power of two. */
export const knownTextsMax = 256
/** The longest text that is kept. */
export const knownTextBytesMax = 64

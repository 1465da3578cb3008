/**
 * The data of the X-ray's server-sent events `set`, `wait` and `count`. All of it is read from the kernel or counted by
 * the loop.
 */
import type { Flag } from '../language/syntax.ts'

/** An entry of the server's own interest list. */
export interface XrayEntry {
  readonly fd: number
  readonly kind: 'listener' | 'connection' | 'other'
  /** The listener's own address, or the client's, such as `127.0.0.1:53422`; null if there is none. */
  readonly address: string | null
  readonly mask: readonly Flag[]
  /** epoll_data in hexadecimal, as in fdinfo: the loop's generation and slot. */
  readonly data: string
  /** Whether this is the connection that carries the X-ray. */
  readonly own: boolean
  /** When the entry was first seen, on the same clock as `atMs`; null if the entry is older than the X-ray. */
  readonly sinceMs: number | null
  /** From TCP_INFO: bytes received from the client, and bytes that the client acknowledged; null if unknown. */
  readonly receivedBytes: number | null
  readonly sentBytes: number | null
}

/** `set`: the whole list, sent first and after each change. */
export interface XraySet {
  /** Milliseconds since the server started to listen. */
  readonly atMs: number
  readonly pid: number
  /** The descriptor of the loop's epoll. */
  readonly epoll: number
  readonly entries: readonly XrayEntry[]
  /** The number of omitted entries. */
  readonly left: number
}

export interface XrayEvent extends Pick<XrayEntry, 'address' | 'mask' | 'own'> {
  /** Null if the interest list had no matching entry. */
  readonly fd: number | null
  readonly kind: XrayEntry['kind'] | null
}

/** `wait`: an epoll_wait() that returned events. */
export interface XrayWait {
  readonly atMs: number
  /** The return value. */
  readonly result: number
  readonly events: readonly XrayEvent[]
  /** The number of omitted events. */
  readonly left: number
}

/** `count`: the number of waits since the last `count`. */
export interface XrayCount {
  readonly atMs: number
  readonly waits: number
  /** Waits that returned no event. */
  readonly empty: number
  /** Waits that returned events but were not sent: there were too many, or the client read too slowly. */
  readonly left: number
}

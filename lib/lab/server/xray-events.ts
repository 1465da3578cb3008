/**
 * What the X-ray sends, as server-sent events: `set`, `wait` and `count`, each with one of these as its data. All of it
 * was read from the kernel, or counted by the loop.
 */
import type { Flag } from '../language/syntax.ts'

/** One line of the server's own interest list. */
export interface XrayEntry {
  readonly fd: number
  readonly kind: 'listener' | 'connection' | 'other'
  /** The address that it listens on, or the client's: `127.0.0.1:53422`; null where the kernel has none. */
  readonly address: string | null
  readonly mask: readonly Flag[]
  /** epoll_data, in hexadecimal as fdinfo has it: the loop's generation and slot. */
  readonly data: string
  /** Whether it is the connection on which this X-ray is sent. */
  readonly own: boolean
  /** When it was first seen, on the clock of `atMs`; null if it was there before the X-ray. */
  readonly sinceMs: number | null
  /** TCP_INFO: what the client has sent, and what it has acknowledged; null where the kernel does not tell. */
  readonly receivedBytes: number | null
  readonly sentBytes: number | null
}

/** `set`: the whole list, at first and whenever it has changed. */
export interface XraySet {
  /** Milliseconds since the server began to listen. */
  readonly atMs: number
  readonly pid: number
  /** The number of the loop's epoll. */
  readonly epoll: number
  readonly entries: readonly XrayEntry[]
  /** How many lines of the list are left out. */
  readonly left: number
}

export interface XrayEvent {
  /** Null where the list had no such line when it was looked for. */
  readonly fd: number | null
  readonly address: string | null
  readonly kind: XrayEntry['kind'] | null
  readonly mask: readonly Flag[]
  readonly own: boolean
}

/** `wait`: one epoll_wait that returned something. */
export interface XrayWait {
  readonly atMs: number
  /** What it returned. */
  readonly result: number
  readonly events: readonly XrayEvent[]
  /** How many of its events are left out. */
  readonly left: number
}

/** `count`: how often it has waited since the last one. */
export interface XrayCount {
  readonly atMs: number
  readonly waits: number
  /** Those of them that returned nothing. */
  readonly empty: number
  /** Waits that are left out of this stream, as there were too many, or as its reader was too slow. */
  readonly left: number
}

/** The record of a run, shared by the runner, the terminal, the page and the exported files. */
import type { Flag } from './language/syntax.ts'

export interface NamedEvent {
  /**
   * The name of the descriptor that has the number in epoll_data; `r(closed)` where it had it last; `fd 150` where no
   * name of the program ever had it.
   */
  readonly name: string
  readonly mask: readonly Flag[]
}

/** A descriptor after a step, as the kernel tells. Null: not readable here, or not read so as not to disturb. */
export interface DescriptorState {
  readonly name: string
  readonly fd: number
  readonly kind: string
  /** poll(2), asked for every bit. */
  readonly level: readonly Flag[] | null
  /** What the spies of the bits reported of this step. */
  readonly edges: readonly Flag[] | null
  /** FIONREAD. */
  readonly queuedBytes: number | null
  /** SIOCOUTQ. */
  readonly unsentBytes: number | null
}

export interface InterestState {
  readonly fd: number
  /** As in {@link NamedEvent}. */
  readonly name: string
  readonly mask: readonly Flag[]
  /** The file's inode: two lines of one number with two inodes are two files. */
  readonly inode: number
}

export interface EpollState {
  readonly name: string
  readonly fd: number
  /** Whether the ready list has something on it: poll(2) on the epoll itself. */
  readonly ready: boolean | null
  /** /proc/self/fdinfo. */
  readonly interest: readonly InterestState[]
}

export interface State {
  readonly descriptors: readonly DescriptorState[]
  readonly epolls: readonly EpollState[]
}

export interface Step {
  /** The operation in its one spelling. */
  readonly op: string
  /** What the system call returned; null where it failed, or where there is no number to tell. */
  readonly result: number | null
  /** The error's name, as `EAGAIN`. */
  readonly errno: string | null
  /** Of a wait, a poll, a select; empty for anything else. */
  readonly events: readonly NamedEvent[]
  /**
   * All of it in words, the same on every run: `r:IN, d:IN|HUP`, `nothing`, `2000`, `EAGAIN`, `ok`, `blocked`,
   * `65536, then EAGAIN`.
   */
  readonly outcome: string
  /** The descriptors that it opened, by name. */
  readonly opened: Readonly<Record<string, number>>
  /** Since the run's start, and how long the operation took. */
  readonly atNs: number
  readonly tookNs: number
  /** Null where it was not asked for or cannot be read; `stateNote` says why. */
  readonly state: State | null
  readonly stateNote?: string
}

export interface RunRecord {
  /** As uname(2) has it. */
  readonly kernel: string
  readonly pid: number
  readonly steps: readonly Step[]
}

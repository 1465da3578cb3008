/** The record of a run, shared by the runner, the terminal, the page and the exported files. */
import type { Flag } from './language/syntax.ts'

export interface NamedEvent {
  /**
   * The name of the descriptor whose number is in epoll_data: `r(closed)` if it is closed, `fd 150` if no name in
   * the program ever had the number.
   */
  readonly name: string
  readonly mask: readonly Flag[]
}

/** A descriptor's state after a step. A field is null if it does not apply or was not read. */
export interface DescriptorState {
  readonly name: string
  readonly fd: number
  readonly kind: string
  /** The bits that poll(2) reports when asked for all of them. */
  readonly level: readonly Flag[] | null
  /** The bits that an edge-triggered epoll would report for this step. */
  readonly edges: readonly Flag[] | null
  /** FIONREAD. */
  readonly queuedBytes: number | null
  /** SIOCOUTQ. */
  readonly unsentBytes: number | null
}

export interface InterestState {
  readonly fd: number
  /** See {@link NamedEvent}. */
  readonly name: string
  readonly mask: readonly Flag[]
  /** Two entries with the same number but different inodes are different files. */
  readonly inode: number
}

export interface EpollState {
  readonly name: string
  readonly fd: number
  /** Whether the ready list is not empty, from poll(2) on the epoll itself. */
  readonly ready: boolean | null
  /** From /proc/self/fdinfo. */
  readonly interest: readonly InterestState[]
}

export interface State {
  readonly descriptors: readonly DescriptorState[]
  readonly epolls: readonly EpollState[]
  /** True if edges and epolls are withheld until the last question is answered. See {@link premiseOf}. */
  readonly isPremise?: true
}

/** The state after a step, or why it was not read. */
export type Reading = { readonly state: State } | { readonly note: string }

export interface Step {
  /** The operation in canonical form. */
  readonly op: string
  /** The system call's return value; null if the call failed or returns nothing. */
  readonly result: number | null
  /** The error's name, such as `EAGAIN`. */
  readonly errno: string | null
  /** The events of a wait, poll or select; empty for other operations. */
  readonly events: readonly NamedEvent[]
  /**
   * The outcome in words, the same in every run: `r:IN, d:IN|HUP`, `nothing`, `2000`, `EAGAIN`, `ok`, `blocked`,
   * `65536, then EAGAIN`.
   */
  readonly outcome: string
  /** The numbers of the descriptors that the operation opened, by name. */
  readonly opened: Readonly<Record<string, number>>
  /** The time since the start of the run. */
  readonly atNs: number
  readonly tookNs: number
  /** Null if no state was requested, or if it could not be read; then `stateNote` says why. */
  readonly state: State | null
  readonly stateNote?: string
}

/** The fields of a step that the machine fills in. */
export type StepResult = Pick<Step, 'op' | 'result' | 'errno' | 'events' | 'outcome' | 'opened'>

export interface RunRecord {
  /** The kernel release, as uname(2) reports it. */
  readonly kernel: string
  readonly pid: number
  readonly steps: readonly Step[]
}

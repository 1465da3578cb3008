import type { Fixture } from './fixture.ts'

/** Something that is measured: a loop around one way to do the work. */
export interface Block {
  /** What one iteration counts for: the events of a call that reports several. */
  readonly eventsPerIteration: number
  /**
   * How many system calls one iteration makes, where they are made in C; null where nobody counts them (libuv's, another
   * runtime's). Left out by loops in JavaScript: theirs go through the native table and are counted there.
   */
  readonly systemCalls?: number | null
  /** Does it so often and returns the nanoseconds of CPU that its thread took. */
  run(iterations: number): number | Promise<number>
  close?(): void | Promise<void>
}

export type Options = Readonly<Record<string, number | string>>

/**
 * What each module in contenders/ exports. A module has one loop, and no other module calls through that line: what
 * V8 learns there of one contender cannot slow another down.
 */
export interface ContenderModule {
  open(fixture: Fixture, options: Options): Block | Promise<Block>
}

export interface Contender {
  readonly id: string
  readonly title: string
  /** What takes the largest part of its time, to be said beside the figure. */
  readonly limiter: Limiter
  /** The name of its module in contenders/; its id when left out. */
  readonly module?: string
  readonly options?: Options
  /** The most descriptors that it can handle. */
  readonly descriptorsMax?: number
  /** Of what is there, what it may be left out for. */
  readonly needs?: 'python3'
}

export type Limiter =
  | 'kernel'
  | 'crossing'
  | 'JavaScript'
  | 'copying'
  | 'another runtime'
  | 'another process'
  | 'switching'

/** What is loaded: by its process. */
export interface Entry {
  readonly id: string
  readonly module: string
  readonly options: Options
}

export function entryOf({ id, module = id, options = {} }: Contender): Entry {
  return { id, module, options }
}

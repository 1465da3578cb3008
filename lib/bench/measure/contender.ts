import type { Fixture } from './fixture.ts'

/** One way to do the work, in a measured loop. */
export interface Block {
  /** The number of events that an iteration handles. */
  readonly eventsPerIteration: number
  /**
   * The number of system calls per iteration for a loop in C; null when they cannot be counted (libuv, another runtime).
   * Loops in JavaScript leave it out, because their calls are counted in the native table.
   */
  readonly systemCalls?: number | null
  /** Runs the loop and returns its thread's CPU time in nanoseconds. */
  run(iterations: number): number | Promise<number>
  close?(): void | Promise<void>
}

export type Options = Readonly<Record<string, number | string>>

/**
 * The exports of each module in contenders/. Each module has its own loop, so that V8's type feedback for one contender
 * cannot slow down another.
 */
export interface ContenderModule {
  open(fixture: Fixture, options: Options): Block | Promise<Block>
}

export interface Contender {
  readonly id: string
  readonly title: string
  /** The part that takes most of its time; results show it next to the figure. */
  readonly limiter: Limiter
  /** The name of its module in contenders/; its id by default. */
  readonly module?: string
  readonly options?: Options
  /** The largest number of descriptors that it can handle. */
  readonly descriptorsMax?: number
  /** A program without which it is skipped. */
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

/** The part of a contender that the measuring process needs. */
export type Entry = Required<Pick<Contender, 'id' | 'module' | 'options'>>

export function entryOf({ id, module = id, options = {} }: Contender): Entry {
  return { id, module, options }
}

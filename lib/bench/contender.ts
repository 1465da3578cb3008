import type { Fixture } from './fixture.ts'

/** Something that is measured: a loop around one way to do the work. */
export interface Block {
  /** What one iteration counts for: the events of a call that reports several. */
  readonly eventsPerIteration: number
  /** Does it so often and returns the nanoseconds of CPU that its thread took. */
  run(iterations: number): number | Promise<number>
  close?(): void | Promise<void>
}

/**
 * What each module in contenders/ exports. A module has one loop, and no other module calls through that line: what
 * V8 learns there of one contender cannot slow another down.
 */
export interface ContenderModule {
  open(fixture: Fixture): Block | Promise<Block>
}

export interface Contender {
  /** The name of its module in contenders/. */
  readonly id: string
  readonly title: string
  /** What takes the largest part of its time, to be said beside the figure. */
  readonly limiter: 'kernel' | 'crossing' | 'JavaScript' | 'another runtime'
  /** The most descriptors that it can handle. */
  readonly descriptorsMax?: number
  /** Of the descriptors that are there, those that it may be left out for. */
  readonly needs?: 'python3'
}

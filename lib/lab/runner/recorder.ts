import { LabError } from '../errors.ts'
import type { RunRecord, Step } from '../record.ts'
import type { News } from './messages.ts'
import type { RunOptions } from './runner.ts'

/** The record of a run: each step once and in order, then each state that was asked for, then the end. */
export class Recorder {
  readonly #lines: readonly string[]
  readonly #options: RunOptions
  readonly #of: Pick<RunRecord, 'kernel' | 'pid'>
  readonly #steps: Step[] = []
  #stateCount = 0
  #started = false

  constructor(
    lines: readonly string[],
    options: RunOptions,
    of: Pick<RunRecord, 'kernel' | 'pid'>,
  ) {
    this.#lines = lines
    this.#options = options
    this.#of = of
  }

  get record(): RunRecord {
    return { ...this.#of, steps: this.#steps }
  }

  /** Whether that was the end. Throws {@link LabError} for what does not come next, and whatever a callback throws. */
  take(news: News): boolean {
    if (news.type === 'failed') throw new LabError('ERR_LAB_CRASHED', news.message)
    if (!this.#isNext(news))
      throw new LabError(
        'ERR_LAB_CRASHED',
        `the process that runs the operations told '${news.type}' out of turn`,
      )
    if (news.type === 'start') this.#start()
    else if (news.type === 'step') this.#step(news)
    else if (news.type === 'state') this.#state(news)
    return news.type === 'end'
  }

  #isNext(news: News): boolean {
    const stepsLeft = this.#lines.length - this.#steps.length
    const statesLeft = this.#options.states ? this.#lines.length - this.#stateCount : 0
    if (news.type === 'start') return !this.#started
    if (!this.#started) return false
    if (news.type === 'step') return stepsLeft > 0 && news.index === this.#steps.length
    if (news.type === 'state')
      return stepsLeft === 0 && statesLeft > 0 && news.index === this.#stateCount
    return news.type === 'end' && stepsLeft === 0 && statesLeft === 0
  }

  #start(): void {
    this.#started = true
    this.#options.onStart?.(this.#of)
  }

  #step({ index, step }: News & { type: 'step' }): void {
    const told: Step = { op: this.#lines[index]!, ...step, state: null }
    this.#steps.push(told)
    this.#options.onStep?.(index, told)
  }

  #state({ index, state, note }: News & { type: 'state' }): void {
    this.#stateCount++
    const step = this.#steps[index]!
    this.#steps[index] = { ...step, state, ...(note !== undefined && { stateNote: note }) }
    this.#options.onState?.(index, state, note)
  }
}

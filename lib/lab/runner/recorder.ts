import { LabError } from '../errors.ts'
import type { RunRecord, State, Step } from '../record.ts'
import type { Message } from './messages.ts'

/** Options and callbacks of a run. */
export interface RunOptions {
  /** Reads the state after each step, by running the program again up to that step. Default: false. */
  readonly states?: boolean
  readonly onStart?: (info: { kernel: string; pid: number }) => void
  readonly onStep?: (index: number, step: Step) => void
  readonly onState?: (index: number, state: State | null, note?: string) => void
  /** Aborts the run and ends its process. */
  readonly signal?: AbortSignal
}

/** Collects a run's messages: the start, each step in order, then each requested state, then the end. */
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

  /** Returns true at the end of the run. Throws {@link LabError} for an unexpected message. Callbacks may throw. */
  take(message: Message): boolean {
    if (message.type === 'failed') throw new LabError('ERR_LAB_CRASHED', message.message)
    if (!this.#isNext(message))
      throw new LabError(
        'ERR_LAB_CRASHED',
        `the process that runs the operations sent an unexpected '${message.type}'`,
      )
    if (message.type === 'start') this.#start()
    else if (message.type === 'step') this.#step(message)
    else if (message.type === 'state') this.#state(message)
    return message.type === 'end'
  }

  #isNext(message: Message): boolean {
    const stepsLeft = this.#lines.length - this.#steps.length
    const statesLeft = this.#options.states ? this.#lines.length - this.#stateCount : 0
    if (message.type === 'start') return !this.#started
    if (!this.#started) return false
    if (message.type === 'step') return stepsLeft > 0 && message.index === this.#steps.length
    if (message.type === 'state')
      return stepsLeft === 0 && statesLeft > 0 && message.index === this.#stateCount
    return message.type === 'end' && stepsLeft === 0 && statesLeft === 0
  }

  #start(): void {
    this.#started = true
    this.#options.onStart?.(this.#of)
  }

  #step({ index, step }: Message & { type: 'step' }): void {
    const recorded: Step = { op: this.#lines[index]!, ...step, state: null }
    this.#steps.push(recorded)
    this.#options.onStep?.(index, recorded)
  }

  #state({ index, state, note }: Message & { type: 'state' }): void {
    this.#stateCount++
    const step = this.#steps[index]!
    this.#steps[index] = { ...step, state, ...(note !== undefined && { stateNote: note }) }
    this.#options.onState?.(index, state, note)
  }
}

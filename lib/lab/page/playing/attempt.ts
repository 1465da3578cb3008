import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Part } from '../../scenario.ts'
import type { Experiment } from '../asking/experiment.ts'
import { partText } from '../asking/experiment.ts'
import { remember } from '../asking/memory.ts'
import { type Following, Player } from './player.ts'
import { linesOfProgram } from './program.ts'

/**
 * A reader's attempt at an experiment. The operations up to the first question run immediately. After each prediction,
 * those up to the next question run.
 */
export class Attempt {
  readonly part: Part
  readonly player: Player
  /** The indices of the operations whose results are asked for. */
  readonly asking: readonly number[]
  /** The index of the open question; null when all are answered. */
  readonly question: ReadonlySignal<number | null>
  readonly #id: string
  readonly #predictions = signal<readonly (string | null)[]>([])
  /** The prediction for each question; null if the reader skipped it. */
  readonly predictions: ReadonlySignal<readonly (string | null)[]> = this.#predictions
  readonly #isOver = signal(false)
  /** Whether the last step has been shown. The rule is shown only then. */
  readonly isOver: ReadonlySignal<boolean> = this.#isOver
  readonly #dispose: () => void
  #running: Promise<boolean> = Promise.resolve(true)

  constructor(experiment: Experiment, part: Part) {
    this.#id = experiment.id
    this.part = part
    const lines = linesOfProgram(partText(experiment, part))
    const isModule = experiment.module !== undefined
    this.player = new Player(lines, { id: experiment.id, part, isModule })
    this.asking =
      part === 'fix'
        ? []
        : [...lines.keys()]
            .filter(index => lines[index]!.asks)
            .slice(0, experiment.questions.length)
    this.question = computed(() => {
      const { length } = this.#predictions.value
      return length < this.asking.length ? length : null
    })
    this.#dispose = effect(() => {
      this.player.withhold(this.question.value !== null)
      if (lines.length > 0 && this.player.shown.value === lines.length) this.#finish()
    })
  }

  #finish(): void {
    this.#isOver.value = true
    if (this.part === 'fix') return
    const steps = this.player.steps.peek()
    const outcomes = this.asking.map(index => steps[index]?.outcome ?? '')
    remember(this.#id, { predictions: this.#predictions.peek(), outcomes })
  }

  /** The number of operations that may run now. */
  get #count(): number {
    const question = this.question.value
    return question === null ? this.player.lines.length : this.asking[question]!
  }

  async start(): Promise<void> {
    await this.#run(this.asking.length === 0 ? 'playing' : 'at once')
  }

  /** Repeats a run that failed. */
  async again(): Promise<void> {
    if (this.#predictions.value.length === 0) await this.start()
    else await this.#run('playing')
  }

  predict(choice: string | null): void {
    if (this.question.value === null || this.player.steps.value.length < this.#count) return
    this.player.showAll()
    this.#predictions.value = [...this.#predictions.value, choice]
    void this.#runNext()
  }

  /** Waits for the previous run, because aborting it would also end its process. */
  async #runNext(): Promise<void> {
    const before = this.#predictions.value
    await this.#running
    if (this.#predictions.value === before) await this.#run('playing')
  }

  #run(follows: Following): Promise<boolean> {
    this.#running = this.player.run(this.#count, follows)
    return this.#running
  }

  close(): void {
    this.#dispose()
    this.player.close()
  }
}

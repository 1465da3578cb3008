import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Part } from '../../scenario.ts'
import { remember } from '../asking/memory.ts'
import type { Experiment } from '../pages/experiment.ts'
import { partText } from '../pages/experiment.ts'
import { type Following, Player } from './player.ts'
import { linesOfProgram } from './program.ts'

/**
 * A reader before an experiment: the operations up to a question are run and shown; those from there to the next one
 * are only run when there is a prediction.
 */
export class Attempt {
  readonly part: Part
  readonly player: Player
  /** Where the questions stand among the operations. */
  readonly asking: readonly number[]
  /** Which question is to be answered; null when all are. */
  readonly question: ReadonlySignal<number | null>
  readonly #id: string
  readonly #predictions = signal<readonly (string | null)[]>([])
  readonly #isOver = signal(false)
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
      if (lines.length > 0 && this.player.shown.value === lines.length) this.#finish()
    })
  }

  #finish(): void {
    this.#isOver.value = true
    if (this.part === 'transcript') remember(this.#id, this.#predictions.peek())
  }

  /** What was predicted at each question; null where somebody wanted to see first. */
  get predictions(): ReadonlySignal<readonly (string | null)[]> {
    return this.#predictions
  }

  /** Whether the last step has been shown: from then on the rule may be said. */
  get isOver(): ReadonlySignal<boolean> {
    return this.#isOver
  }

  /** Up to which operation the kernel may be asked. */
  get #count(): number {
    const question = this.question.value
    return question === null ? this.player.lines.length : this.asking[question]!
  }

  async start(): Promise<void> {
    await this.#ask(this.asking.length === 0 ? 'playing' : 'at once')
  }

  /** Asks again what could not be answered. */
  async again(): Promise<void> {
    if (this.#predictions.value.length === 0) await this.start()
    else await this.#ask('playing')
  }

  predict(choice: string | null): void {
    if (this.question.value === null || this.player.steps.value.length < this.#count) return
    this.player.showAll()
    this.#predictions.value = [...this.#predictions.value, choice]
    void this.#askNext()
  }

  /** The states of the run before may still be coming: cut short, its process would have to be started anew. */
  async #askNext(): Promise<void> {
    const asking = this.#predictions.value
    await this.#running
    if (this.#predictions.value === asking) await this.#ask('playing')
  }

  #ask(follows: Following): Promise<boolean> {
    this.#running = this.player.ask(this.#count, follows)
    return this.#running
  }

  close(): void {
    this.#dispose()
    this.player.close()
  }
}

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Experiment, Part } from './experiment.ts'
import { partText } from './experiment.ts'
import { remember } from './memory.ts'
import { Player } from './player.ts'
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

  constructor(experiment: Experiment, part: Part) {
    this.#id = experiment.id
    this.part = part
    const lines = linesOfProgram(partText(experiment, part))
    const isModule = experiment.module !== undefined
    this.player = new Player(lines, { id: experiment.id, part, isModule })
    this.asking =
      part === 'mend'
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
    const plays = this.asking.length === 0
    const isAnswered = await this.player.ask(this.#count, plays)
    if (isAnswered && !plays) this.player.showAll()
  }

  /** Asks again what could not be answered. */
  again(): Promise<void> {
    return this.#predictions.value.length === 0
      ? this.start()
      : this.player.ask(this.#count, true).then(() => {})
  }

  predict(choice: string | null): void {
    if (this.question.value === null || this.player.isAsking.value) return
    if (this.player.steps.value.length < this.#count) return
    this.player.showAll()
    this.#predictions.value = [...this.#predictions.value, choice]
    void this.player.ask(this.#count, true)
  }

  close(): void {
    this.#dispose()
    this.player.close()
  }
}

import { LabError, type Runner, type RunRecord } from '../../lab/index.ts'
import type { Language } from '../terminal/language.ts'
import { paintOf } from '../terminal/paint.ts'
import { Terminal } from '../terminal/terminal.ts'
import { wrapped } from '../terminal/wrap.ts'
import {
  type Course,
  experimentAt,
  ledBy,
  neededAt,
  type Place,
  type Pressed,
  pressedAt,
  start,
} from './course.ts'
import { type Answer, endLines, helpLines, keyLines, placeLines, type Style } from './view.ts'
import { words } from './words.ts'

const interrupted = 130
const quit = 'q'
const goesOn = ['predict', 'show', 'next']

/** Plays the course in a terminal. */
export class Player {
  readonly #course: Course
  readonly #runner: Runner
  readonly #terminal: Terminal
  readonly #output: NodeJS.WriteStream
  readonly #over = new AbortController()
  readonly #answers = new Map<number, readonly Answer[]>()
  #language: Language
  #onKey: ((name: string) => void) | null = null
  #keyLines: () => readonly string[] = () => []

  constructor(
    course: Course,
    runner: Runner,
    language: Language,
    input: NodeJS.ReadStream,
    output: NodeJS.WriteStream,
  ) {
    this.#course = course
    this.#runner = runner
    this.#language = language
    this.#output = output
    this.#terminal = new Terminal(input, output, {
      onKey: this.#pressed,
      onEnd: this.#end,
      onRedraw: () => this.#terminal.prompt(this.#keyLines()),
    })
  }

  /** Runs until the learner quits or the signal aborts. */
  async play(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', this.#end)
    try {
      this.#say(words[this.#language].course(this.#course.length))
      await this.#stay(start)
    } finally {
      signal.removeEventListener('abort', this.#end)
      this.#terminal.close()
    }
  }

  async #stay(first: Place): Promise<void> {
    let [place, isWhole] = [first, false]
    for (;;) {
      const record = await this.#answer(place)
      if (record === null) return
      const pressed = await this.#show(place, record, isWhole)
      if (pressed.key === 'quit') return
      isWhole = !goesOn.includes(pressed.key)
      place = ledBy(this.#course, place, pressed)
    }
  }

  /** Shows a place and returns the pressed key. If the learner changes the language, shows it again. */
  async #show(place: Place, record: RunRecord, isWhole: boolean): Promise<Pressed> {
    this.#note(place, record)
    this.#terminal.print(
      experimentAt(this.#course, place) === null
        ? endLines(this.#course, this.#answers, this.#style)
        : placeLines(this.#course, place, record, this.#style, isWhole),
    )
    this.#ask(() => keyLines(this.#course, place, this.#style))
    for (;;) {
      const pressed = pressedAt(this.#course, place, await this.#key())
      if (pressed?.key === 'help') this.#explain(place)
      else if (pressed?.key === 'language') return await this.#translate(place, record)
      else if (pressed !== null) return pressed
    }
  }

  /** Keeps the answers for the end of the course. */
  #note(place: Place, { steps }: RunRecord): void {
    const experiment = experimentAt(this.#course, place)
    if (experiment === null || place.part === 'fix' || place.asks) return
    const answers = place.predictions.map((prediction, i) => ({
      prediction,
      outcome: steps[experiment.asking[i]!]!.outcome,
    }))
    this.#answers.set(place.index, answers)
  }

  #translate(place: Place, record: RunRecord): Promise<Pressed> {
    this.#language = this.#language === 'en' ? 'zh' : 'en'
    return this.#show(place, record, true)
  }

  #explain(place: Place): void {
    this.#terminal.print(helpLines(this.#course, place, this.#style))
    this.#terminal.prompt(this.#keyLines())
  }

  /** Runs the place's operations. After a failure, offers to retry; returns null if the learner declines. */
  async #answer(place: Place): Promise<RunRecord | null> {
    const experiment = experimentAt(this.#course, place)
    const options = { states: true, signal: this.#over.signal }
    if (experiment === null) return { kernel: '', pid: 0, steps: [] }
    this.#ask(() => [words[this.#language].asking])
    try {
      return await experiment.runFirst(this.#runner, neededAt(this.#course, place), options)
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      if (this.#over.signal.aborted) return null
      return (await this.#isWantedAgain(error.message)) ? await this.#answer(place) : null
    }
  }

  async #isWantedAgain(message: string): Promise<boolean> {
    this.#say(words[this.#language].trouble(message))
    this.#ask(() => {
      const { again, quit } = words[this.#language].keys
      return [this.#style.paint.faint(`${again}   ${quit}`)]
    })
    for (;;) {
      const name = await this.#key()
      if (name === quit) return false
      if (name === 'r' || name === 'return') return true
    }
  }

  get #style(): Style {
    const { width } = this.#terminal
    return { language: this.#language, width, paint: paintOf(this.#output) }
  }

  #say(text: string): void {
    this.#terminal.print(wrapped(text, this.#terminal.width))
  }

  #ask(lines: () => readonly string[]): void {
    this.#keyLines = lines
    this.#terminal.prompt(lines())
  }

  #key(): Promise<string> {
    if (this.#over.signal.aborted) return Promise.resolve(quit)
    return new Promise(resolve => {
      this.#onKey = resolve
    })
  }

  /** Discards keys pressed during a run, because they were meant for the previous screen. */
  readonly #pressed = (name: string): void => {
    if (name === 'ctrl-c') process.exitCode = interrupted
    if (['ctrl-c', 'ctrl-d', quit].includes(name)) return this.#end()
    this.#tell(name)
  }

  readonly #end = (): void => {
    this.#over.abort()
    this.#tell(quit)
  }

  #tell(name: string): void {
    const onKey = this.#onKey
    this.#onKey = null
    onKey?.(name)
  }
}

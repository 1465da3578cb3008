import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import { premiseOfReading } from '../../premise.ts'
import type { Reading, Step } from '../../record.ts'
import { type RunRequest, run } from '../asking/kernel.ts'
import { Trouble } from '../asking/trouble.ts'
import { prefersStillness, speed } from './pace.ts'
import type { Line, Shown } from './program.ts'

export interface Answerer {
  readonly kernel: string
  readonly pid: number
}

/** The record of a program; null for a program that the reader wrote. */
export type RecordKey = RunRequest['record']

export type Following = 'not' | 'playing' | 'at once'

const stepMs = 800

/**
 * The finished steps of a program, and how many of them are shown. Going back only shows fewer steps: nothing runs
 * again, because the state after each step is stored.
 */
export class Player {
  readonly lines: readonly Line[]
  readonly #record: RecordKey
  readonly #answerer = signal<Answerer | null>(null)
  readonly answerer: ReadonlySignal<Answerer | null> = this.#answerer
  readonly #steps = signal<readonly Step[]>([])
  /** The finished steps. */
  readonly steps: ReadonlySignal<readonly Step[]> = this.#steps
  readonly #readings = signal<readonly (Reading | undefined)[]>([])
  readonly #withholds = signal(false)
  /** The state after each step; undefined while it is being read. */
  readonly readings: ReadonlySignal<readonly (Reading | undefined)[]> = computed(() =>
    this.#withholds.value
      ? this.#readings.value.map(one => one && premiseOfReading(one))
      : this.#readings.value,
  )
  readonly #shown = signal(0)
  /** The number of steps shown. */
  readonly shown: ReadonlySignal<number> = this.#shown
  readonly #isPlaying = signal(false)
  readonly isPlaying: ReadonlySignal<boolean> = this.#isPlaying
  readonly #isRunning = signal(false)
  readonly isRunning: ReadonlySignal<boolean> = this.#isRunning
  readonly #trouble = signal<Trouble | null>(null)
  readonly trouble: ReadonlySignal<Trouble | null> = this.#trouble
  #follows: Following = 'not'
  #controller: AbortController | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(lines: readonly Line[], record: RecordKey) {
    this.lines = lines
    this.#record = record
  }

  /** Hides what would answer an open question: edges, interest lists and ready lists. */
  withhold(isOpen: boolean): void {
    this.#withholds.value = isOpen
  }

  /** A component that reads it is drawn again when the run goes on. */
  get view(): Shown {
    return {
      lines: this.lines,
      steps: this.steps.value,
      readings: this.readings.value,
      shown: this.shown.value,
      onShow: count => this.show(count),
    }
  }

  /**
   * Runs the first operations from the beginning. Resolves with false if that failed, or if another call aborted it.
   *
   * @param follows whether new steps are played or shown immediately as they arrive
   */
  async run(count: number, follows: Following = 'not'): Promise<boolean> {
    this.#controller?.abort()
    if (count === 0) return true
    const controller = new AbortController()
    this.#controller = controller
    this.#follows = follows
    batch(() => {
      this.#isRunning.value = true
      this.#trouble.value = null
    })
    try {
      const texts = this.lines.slice(0, count).map(line => line.text)
      await run({ texts, record: this.#record }, this.#listener(count), controller.signal)
      return true
    } catch (error) {
      if (controller.signal.aborted) return false
      this.#trouble.value = error instanceof Trouble ? error : new Trouble('other', String(error))
      return false
    } finally {
      if (this.#controller === controller) this.#isRunning.value = false
    }
  }

  #listener(count: number): Parameters<typeof run>[1] {
    return {
      onStart: (kernel, pid) => {
        this.#answerer.value = { kernel, pid }
      },
      onStep: (index, step) => {
        if (index >= count) return
        this.#steps.value = this.#steps.value.toSpliced(index, 1, step)
        if (index === this.#shown.value) this.#follow()
      },
      onReading: (index, reading) => {
        if (index >= count) return
        const readings = [...this.#readings.peek()]
        readings[index] = reading
        this.#readings.value = readings
      },
    }
  }

  #follow(): void {
    if (this.#follows === 'at once') this.#shown.value = this.#steps.value.length
    else if (this.#follows === 'playing' && !this.#isPlaying.value) this.play()
  }

  /** Shows the first `count` steps, or as many as have finished. */
  show(count: number): void {
    this.pause()
    this.#follows = 'not'
    this.#shown.value = Math.min(Math.max(count, 0), this.#steps.value.length)
  }

  showAll(): void {
    this.show(this.#steps.value.length)
  }

  /** Shows the remaining steps one after the other. */
  play(): void {
    this.pause()
    const { length } = this.#steps.value
    if (this.#shown.value >= length) return
    if (prefersStillness()) {
      this.#shown.value = length
      return
    }
    this.#isPlaying.value = true
    this.#next()
  }

  #next(): void {
    this.#shown.value++
    if (this.#shown.value >= this.#steps.value.length && !this.#isRunning.value) this.pause()
    else this.#timer = setTimeout(() => this.#goOn(), stepMs / speed.value)
  }

  /** Pauses if no further step has finished; `#follow` resumes. */
  #goOn(): void {
    if (this.#shown.value < this.#steps.value.length) this.#next()
    else this.pause()
  }

  pause(): void {
    clearTimeout(this.#timer)
    this.#isPlaying.value = false
  }

  /** Pauses if it is playing. Otherwise plays from here, or from the beginning if all steps are shown. */
  toggle(): void {
    if (this.#isPlaying.value) this.pause()
    else {
      if (this.#shown.value >= this.#steps.value.length) this.#shown.value = 0
      this.play()
    }
  }

  close(): void {
    this.pause()
    this.#controller?.abort()
  }
}

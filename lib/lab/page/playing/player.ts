import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { Step } from '../../record.ts'
import { ask, type Wish } from '../asking/kernel.ts'
import type { Reading } from '../asking/reading.ts'
import { Trouble } from '../asking/trouble.ts'
import { prefersStillness, speed } from './pace.ts'
import type { Line } from './program.ts'

export interface Answerer {
  readonly kernel: string
  readonly pid: number
}

/** Whose record an answer may be; null for what a reader has written. */
export type Record = Wish['record']

export type Following = 'not' | 'playing' | 'at once'

const stepMs = 800

/**
 * One program, as far as the kernel was asked, and how much of that is shown. Going back is showing less: each state was
 * read after a run of its own.
 */
export class Player {
  readonly lines: readonly Line[]
  readonly #record: Record
  readonly #answerer = signal<Answerer | null>(null)
  readonly #steps = signal<readonly Step[]>([])
  readonly #readings = signal<readonly (Reading | undefined)[]>([])
  readonly #shown = signal(0)
  readonly #isPlaying = signal(false)
  readonly #isAsking = signal(false)
  readonly #trouble = signal<Trouble | null>(null)
  #follows: Following = 'not'
  #running: AbortController | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(lines: readonly Line[], record: Record) {
    this.lines = lines
    this.#record = record
  }

  get answerer(): ReadonlySignal<Answerer | null> {
    return this.#answerer
  }

  /** What was answered. */
  get steps(): ReadonlySignal<readonly Step[]> {
    return this.#steps
  }

  /** The state after each of the steps; undefined while it is being read. */
  get readings(): ReadonlySignal<readonly (Reading | undefined)[]> {
    return this.#readings
  }

  /** How many steps are shown. */
  get shown(): ReadonlySignal<number> {
    return this.#shown
  }

  get isPlaying(): ReadonlySignal<boolean> {
    return this.#isPlaying
  }

  get isAsking(): ReadonlySignal<boolean> {
    return this.#isAsking
  }

  get trouble(): ReadonlySignal<Trouble | null> {
    return this.#trouble
  }

  /**
   * Has the first operations run, afresh, and resolves with whether they were. Another call ends this one.
   *
   * @param follows whether steps that were not shown yet are played as they come, or shown at once
   */
  async ask(count: number, follows: Following = 'not'): Promise<boolean> {
    this.#running?.abort()
    if (count === 0) return true
    const running = new AbortController()
    this.#running = running
    this.#follows = follows
    batch(() => {
      this.#isAsking.value = true
      this.#trouble.value = null
    })
    try {
      const texts = this.lines.slice(0, count).map(line => line.text)
      await ask({ texts, record: this.#record }, this.#listener(count), running.signal)
      return true
    } catch (error) {
      if (running.signal.aborted) return false
      this.#trouble.value = error instanceof Trouble ? error : new Trouble('other', String(error))
      return false
    } finally {
      if (this.#running === running) this.#isAsking.value = false
    }
  }

  #listener(count: number): Parameters<typeof ask>[1] {
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
        const readings = [...this.#readings.value]
        readings[index] = reading
        this.#readings.value = readings
      },
    }
  }

  #follow(): void {
    if (this.#follows === 'at once') this.#shown.value = this.#steps.value.length
    else if (this.#follows === 'playing' && !this.#isPlaying.value) this.play()
  }

  /** Shows so many steps, of those that are there. */
  show(count: number): void {
    this.pause()
    this.#follows = 'not'
    this.#shown.value = Math.min(Math.max(count, 0), this.#steps.value.length)
  }

  showAll(): void {
    this.show(this.#steps.value.length)
  }

  /** One step after the other, at a pace that eyes can follow. */
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
    if (this.#shown.value >= this.#steps.value.length && !this.#isAsking.value) this.pause()
    else this.#timer = setTimeout(() => this.#goOn(), stepMs / speed.value)
  }

  /** Steps that are still to come are waited for. */
  #goOn(): void {
    if (this.#shown.value < this.#steps.value.length) this.#next()
    else this.pause()
  }

  pause(): void {
    clearTimeout(this.#timer)
    this.#isPlaying.value = false
  }

  /** Plays from here, or from the beginning where all is shown; a second call stops. */
  toggle(): void {
    if (this.#isPlaying.value) this.pause()
    else {
      if (this.#shown.value >= this.#steps.value.length) this.#shown.value = 0
      this.play()
    }
  }

  close(): void {
    this.pause()
    this.#running?.abort()
  }
}

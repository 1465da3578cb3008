import type { Action } from '../language/syntax.ts'
import type { Raw, Target } from './system.ts'

/** What a thread is asked to do, with the descriptors that its names have. */
export interface Call {
  readonly action: Action
  readonly targets: Readonly<Record<string, Target>>
}

export const STARTING = 0
export const IDLE = 1
export const ASKED = 2
/** It is about to make its system call, or in it. */
export const CALLING = 3
export const BACK = 4

const headBytes = 16
const textBytes = 65_536
const [stateAt, tidAt, lengthAt] = [0, 1, 2]

/** Memory that two threads share: one asks for a call and waits, the other makes it. */
export class CallSlot {
  readonly buffer: SharedArrayBuffer
  readonly #head: Int32Array
  readonly #text: Uint8Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(headBytes + textBytes)) {
    this.buffer = buffer
    this.#head = new Int32Array(buffer, 0, headBytes / 4)
    this.#text = new Uint8Array(buffer, headBytes)
  }

  get state(): number {
    return Atomics.load(this.#head, stateAt)
  }

  set state(state: number) {
    Atomics.store(this.#head, stateAt, state)
    Atomics.notify(this.#head, stateAt)
  }

  /** The thread's number in the kernel. */
  get tid(): number {
    return this.#head[tidAt]!
  }

  set tid(tid: number) {
    this.#head[tidAt] = tid
  }

  /** Sleeps while the state is this one, at most for so long. */
  waitWhile(state: number, timeoutMs: number = Number.POSITIVE_INFINITY): void {
    Atomics.wait(this.#head, stateAt, state, timeoutMs)
  }

  put(value: Call | Raw): void {
    const text = new TextEncoder().encode(JSON.stringify(value))
    this.#text.set(text)
    this.#head[lengthAt] = text.length
  }

  take<T extends Call | Raw>(): T {
    const text = this.#text.slice(0, this.#head[lengthAt])
    return JSON.parse(new TextDecoder().decode(text)) as T
  }
}

import type { Action } from '../language/syntax.ts'
import type { Raw, Target } from './system.ts'

/** A call for a thread to make, with the descriptors of the names that it uses. */
export interface Call {
  readonly action: Action
  readonly targets: Readonly<Record<string, Target>>
}

export const STARTING = 0
export const IDLE = 1
export const ASKED = 2
/** The thread is in its system call, or about to make it. */
export const CALLING = 3
export const BACK = 4

const headBytes = 16
const textBytes = 65_536
const [stateAt, tidAt, lengthAt] = [0, 1, 2]

/** Memory that two threads share: one writes a call and waits, the other makes the call and writes the result. */
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

  /** The kernel's thread id, as gettid(2) returns it. */
  get tid(): number {
    return this.#head[tidAt]!
  }

  set tid(tid: number) {
    this.#head[tidAt] = tid
  }

  /** Blocks while the state is `state`, for at most `timeoutMs`. */
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

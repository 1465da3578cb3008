import { moduleOpenFilesMax } from '../limits.ts'

/** The descriptor numbers that the program has open, shared by all threads. It cannot use any other number. */
export class Owned {
  readonly buffer: SharedArrayBuffer
  readonly #marks: Uint8Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(moduleOpenFilesMax)) {
    this.buffer = buffer
    this.#marks = new Uint8Array(buffer)
  }

  has(fd: number): boolean {
    return fd >= 0 && fd < this.#marks.length && Atomics.load(this.#marks, fd) === 1
  }

  add(fd: number): void {
    if (fd < this.#marks.length) Atomics.store(this.#marks, fd, 1)
  }

  delete(fd: number): void {
    if (fd < this.#marks.length) Atomics.store(this.#marks, fd, 0)
  }

  clear(): void {
    this.#marks.fill(0)
  }
}

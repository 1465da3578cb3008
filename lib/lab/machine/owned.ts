import { moduleOpenFilesMax } from '../limits.ts'

/**
 * The numbers that are the program's: what it has opened and not closed. Whatever else this process has open, no name
 * leads there. One table for all threads of a process.
 */
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

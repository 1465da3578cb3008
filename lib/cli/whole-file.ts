import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { RunError } from './usage-error.ts'

/**
 * Writes a file as a whole or not at all. The constructor checks that the file can be written, so that a long run
 * doesn't end without its result. The constructor and `write()` throw {@link RunError}.
 */
export class WholeFile {
  readonly #path: string
  readonly #part: string

  constructor(path: string) {
    this.#path = path
    this.#part = `${path}.${process.pid}.part`
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new RunError(`'${path}' is a directory: name a file`)
    this.#attempt(() => {
      closeSync(openSync(this.#part, 'w'))
      rmSync(this.#part)
    })
  }

  write(text: string): void {
    this.#attempt(() => {
      writeFileSync(this.#part, text)
      renameSync(this.#part, this.#path)
    })
  }

  #attempt(act: () => void): void {
    try {
      act()
    } catch (error) {
      rmSync(this.#part, { force: true })
      const { code } = error as NodeJS.ErrnoException
      throw new RunError(`'${this.#path}' cannot be written (${code}): name another file`)
    }
  }
}

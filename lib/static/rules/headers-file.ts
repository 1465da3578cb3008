import { FileStat } from '../../core/index.ts'
import { EINVAL, EISDIR, native, SystemError } from '../../sys/index.ts'
import type { Root } from '../root.ts'
import { HeaderRules, type HeaderRulesError, parseHeaderRules } from './header-rules.ts'

/** Far above what the rules' own bound allows. */
const fileBytesMax = 1_048_576
const noRules = new HeaderRules([])
const none = { rules: noRules, errors: [], warnings: [] }

/** The file of header rules below a root, as it is now: a wrong one does not take the place of a right one. */
export class HeadersFile {
  readonly #root: Root
  readonly #name: string | null
  readonly #onWarning: (message: string) => void
  #stat: FileStat | null = null
  #rules = noRules
  readonly #told = new Set<string>()

  /** @throws Error (`ERR_HEADER_RULES`) for rules that are wrong, by line */
  constructor(root: Root, name: string | null, onWarning: (message: string) => void) {
    this.#root = root
    this.#name = name
    this.#onWarning = onWarning
    const errors = this.#read()
    if (errors.length === 0) return
    const message = errors.map(error => this.#lineOf(error)).join('; ')
    throw Object.assign(new Error(message), { code: 'ERR_HEADER_RULES' })
  }

  get rules(): HeaderRules {
    return this.#rules
  }

  get hasRules(): boolean {
    return this.#rules !== noRules
  }

  /** Reads the file again if it has changed; true if the rules may be others now. */
  refresh(): boolean {
    if (this.#name === null) return false
    const now = new FileStat()
    const isThere = native.fstatat(this.#root.fileno(), this.#name, 0, now.fields) === 0
    if (isThere ? this.#stat?.equals(now) : this.#stat === null && !this.hasRules) return false
    const before = this.#rules
    for (const problem of this.#problems()) this.#warn(`${problem} (the old rules hold)`)
    return this.#rules !== before
  }

  /** A wrong file is looked at again when it is another one; one that could not be read, each time. */
  #problems(): string[] {
    try {
      const errors = this.#read()
      if (errors.length === 0) this.#told.clear()
      return errors.map(error => this.#lineOf(error))
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      this.#stat = null
      return [error.message]
    }
  }

  /** Once, until the file is right again. */
  #warn(problem: string): void {
    if (this.#told.has(problem)) return
    this.#told.add(problem)
    this.#onWarning(problem)
  }

  #lineOf({ line, message }: HeaderRulesError): string {
    return `${this.#name}:${line}: ${message}`
  }

  #read(): readonly HeaderRulesError[] {
    const text = this.#name === null ? null : this.#textOf(this.#name)
    const { rules, errors, warnings } = text === null ? none : parseHeaderRules(text)
    if (errors.length === 0) this.#rules = rules
    for (const warning of warnings) this.#warn(this.#lineOf(warning))
    return errors
  }

  #textOf(name: string): string | null {
    this.#stat = null
    try {
      using file = this.#root.open(name)
      this.#stat = file.stat()
      // Said with the name: what the kernel says of reading it has only a number.
      if (!this.#stat.isFile)
        throw new SystemError(
          this.#stat.isDirectory ? -EISDIR : -EINVAL,
          'read',
          JSON.stringify(name),
        )
      return file.read(fileBytesMax).toString()
    } catch (error) {
      if (error instanceof SystemError && error.code === 'ENOENT') return null
      throw error
    }
  }
}

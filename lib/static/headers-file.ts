import { FileStat } from '../core/index.ts'
import { native, SystemError } from '../sys/index.ts'
import { HeaderRules, type HeaderRulesError, parseHeaderRules } from './header-rules.ts'
import type { Root } from './root.ts'

/** Far above what the rules' own bound allows. */
const fileBytesMax = 1_048_576
const noRules = new HeaderRules([])

/** The file of header rules below a root, as it is now: a wrong one does not take the place of a right one. */
export class HeadersFile {
  readonly #root: Root
  readonly #name: string | null
  readonly #onWarning: (message: string) => void
  #stat: FileStat | null = null
  #rules = noRules

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

  get isThere(): boolean {
    return this.#stat !== null
  }

  /** Reads the file again if it has changed; true if the rules may be others now. */
  refresh(): boolean {
    if (this.#name === null) return false
    const now = new FileStat()
    const isThere = native.fstatat(this.#root.fileno(), this.#name, 0, now.fields) === 0
    if (isThere ? this.#stat?.equals(now) : this.#stat === null) return false
    const problems = this.#problems()
    // Said once, and not each second: until it is another file again.
    if (problems.length > 0) this.#stat = isThere ? now : null
    for (const problem of problems) this.#onWarning(`${problem} (the old rules hold)`)
    return problems.length === 0
  }

  #problems(): string[] {
    try {
      return this.#read().map(error => this.#lineOf(error))
    } catch (error) {
      if (error instanceof SystemError) return [error.message]
      throw error
    }
  }

  #lineOf({ line, message }: HeaderRulesError): string {
    return `${this.#name}:${line}: ${message}`
  }

  #read(): readonly HeaderRulesError[] {
    const text = this.#name === null ? null : this.#textOf(this.#name)
    const { rules, errors } =
      text === null ? { rules: noRules, errors: [] } : parseHeaderRules(text)
    if (errors.length === 0) this.#rules = rules
    return errors
  }

  #textOf(name: string): string | null {
    this.#stat = null
    try {
      using file = this.#root.open(name)
      this.#stat = file.stat()
      return file.read(fileBytesMax).toString()
    } catch (error) {
      if (error instanceof SystemError && error.code === 'ENOENT') return null
      throw error
    }
  }
}

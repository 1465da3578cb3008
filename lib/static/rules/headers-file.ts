import { FileStat } from '../../core/index.ts'
import { EINVAL, EISDIR, native, SystemError } from '../../sys/index.ts'
import type { Root } from '../root.ts'
import { HeaderRules, type HeaderRulesError, parseHeaderRules } from './header-rules.ts'

/** More bytes than the longest valid file has. */
const fileBytesMax = 1_048_576
const noRules = new HeaderRules([])
const none = { rules: noRules, errors: [], warnings: [] }

/** The current rules of the `headers` file below a root. An invalid file doesn't replace valid rules. */
export class HeadersFile {
  readonly #root: Root
  readonly #name: string | null
  readonly #onWarning: (message: string) => void
  #stat: FileStat | null = null
  #rules = noRules
  readonly #warned = new Set<string>()

  /**
   * Throws an Error with code `ERR_HEADER_RULES` and `lines`, a message for each invalid line; or {@link SystemError}.
   */
  constructor(root: Root, name: string | null, onWarning: (message: string) => void) {
    this.#root = root
    this.#name = name
    this.#onWarning = onWarning
    const lines = this.#read()
    if (lines.length === 0) return
    throw Object.assign(new Error(lines.join('; ')), { code: 'ERR_HEADER_RULES', lines })
  }

  get rules(): HeaderRules {
    return this.#rules
  }

  get hasRules(): boolean {
    return this.#rules !== noRules
  }

  /** Reads the file again if it has changed; true if there are new rules. */
  refresh(): boolean {
    if (this.#name === null) return false
    const now = new FileStat()
    const exists = native.fstatat(this.#root.fileno(), this.#name, 0, now.fields) === 0
    if (exists ? this.#stat?.equals(now) : this.#stat === null && !this.hasRules) return false
    const before = this.#rules
    for (const problem of this.#problems()) this.#warn(`${problem} (the old rules still apply)`)
    return this.#rules !== before
  }

  /** An invalid file is read again only after it changes; an unreadable one, each time. */
  #problems(): string[] {
    try {
      const lines = this.#read()
      if (lines.length === 0) this.#warned.clear()
      return lines
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      this.#stat = null
      return [error.message]
    }
  }

  /** Warns of each problem once until the file is valid again. */
  #warn(problem: string): void {
    if (this.#warned.has(problem)) return
    this.#warned.add(problem)
    this.#onWarning(problem)
  }

  /** Returns a message for each invalid line. */
  #read(): string[] {
    const lineOf = ({ line, message }: HeaderRulesError) => `${this.#name}:${line}: ${message}`
    const text = this.#name === null ? null : this.#textOf(this.#name)
    const { rules, errors, warnings } = text === null ? none : parseHeaderRules(text)
    if (errors.length === 0) this.#rules = rules
    for (const warning of warnings) this.#warn(lineOf(warning))
    return errors.map(lineOf)
  }

  #textOf(name: string): string | null {
    this.#stat = null
    try {
      using file = this.#root.open(name)
      const stat = file.stat()
      this.#stat = stat
      // The kernel's own error would name a descriptor, not the file.
      if (!stat.isFile) {
        const errno = stat.isDirectory ? EISDIR : EINVAL
        throw new SystemError(-errno, 'read', JSON.stringify(name))
      }
      return file.read(fileBytesMax).toString()
    } catch (error) {
      if (error instanceof SystemError && error.code === 'ENOENT') return null
      throw error
    }
  }
}

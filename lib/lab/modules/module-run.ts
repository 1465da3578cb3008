import { actionOf } from '../language/parse.ts'
import type { Names } from '../language/reader.ts'
import { type Segment, segmentsOf } from '../language/tokens.ts'
import type { Done, Machine } from '../machine/machine.ts'
import type { Deed } from '../machine/replay.ts'
import type { Bench, Dialect } from './module.ts'

/** A transcript in a dialect as what is to be done. It is our own text: a mistake in it is thrown. */
export class Play {
  readonly deeds: readonly Deed[]
  /** How many threads it wants. */
  readonly threads: number
  readonly #dialect: Dialect
  readonly #names: Names = new Map()
  readonly #undo: (() => void)[] = []

  constructor(dialect: Dialect, text: string) {
    const segments = segmentsOf(text)
    this.#dialect = dialect
    this.deeds = segments.map(segment => machine => this.#do(segment, machine))
    this.threads = segments.filter(({ tokens }) => tokens[0]?.text === 'thread').length
  }

  /** Undoes what words have done beside descriptors. */
  end(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo()
  }

  #do(segment: Segment, machine: Machine): Done {
    const [word = '', ...args] = segment.tokens.map(({ text }) => text)
    const perform = Object.hasOwn(this.#dialect, word) ? this.#dialect[word] : undefined
    if (perform === undefined) return machine.do(actionOf(segment, this.#names))
    return machine.doAs([word, ...args].join(' '), () => perform(this.#bench(machine), ...args))
  }

  #bench(machine: Machine): Bench {
    return {
      fdOf: name => machine.lookup(name).fd,
      open: (name, kind, fd) => {
        this.#names.set(name, kind)
        return machine.adopt(name, kind, fd)
      },
      atEnd: undo => this.#undo.push(undo),
    }
  }
}

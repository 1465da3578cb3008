import { actionOf } from '../language/parse.ts'
import type { Names } from '../language/reader.ts'
import { type Segment, segmentsOf } from '../language/tokens.ts'
import type { Machine, StepResult } from '../machine/machine.ts'
import type { StepFn } from '../machine/replay.ts'
import type { Module, ModuleContext } from './module.ts'

/** A transcript in a module as what is to be done. It is our own text: a mistake in it is thrown. */
export class ModuleRun {
  readonly deeds: readonly StepFn[]
  /** How many threads it wants. */
  readonly threads: number
  readonly #module: Module
  readonly #names: Names = new Map()
  readonly #undo: (() => void)[] = []

  constructor(module: Module, text: string) {
    const segments = segmentsOf(text)
    this.#module = module
    this.deeds = segments.map(segment => machine => this.#do(segment, machine))
    this.threads = segments.filter(({ tokens }) => tokens[0]?.text === 'thread').length
  }

  /** Undoes what words have done beside descriptors. */
  end(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo()
  }

  #do(segment: Segment, machine: Machine): StepResult {
    const [word = '', ...args] = segment.tokens.map(({ text }) => text)
    const perform = Object.hasOwn(this.#module, word) ? this.#module[word] : undefined
    if (perform === undefined) return machine.do(actionOf(segment, this.#names))
    return machine.doModule([word, ...args].join(' '), () =>
      perform(this.#context(machine), ...args),
    )
  }

  #context(machine: Machine): ModuleContext {
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

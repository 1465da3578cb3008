import { actionOf } from '../language/parse.ts'
import type { Names } from '../language/reader.ts'
import { type Segment, segmentsIn } from '../language/tokens.ts'
import type { Machine } from '../machine/machine.ts'
import type { StepFn } from '../machine/replay.ts'
import type { StepResult } from '../record.ts'
import type { Module, ModuleContext } from './module.ts'

/** The steps of a transcript that uses a module. Throws if it has a mistake, because it is part of the lab. */
export class ModuleRun {
  readonly steps: readonly StepFn[]
  /** The number of threads that the transcript starts. */
  readonly threads: number
  readonly #module: Module
  readonly #names: Names = new Map()
  readonly #undo: (() => void)[] = []

  constructor(module: Module, text: string) {
    const segments = [...segmentsIn(text)]
    this.#module = module
    this.steps = segments.map(segment => machine => this.#do(segment, machine))
    this.threads = segments.filter(({ tokens }) => tokens[0]?.text === 'thread').length
  }

  /** Runs the cleanups, last registered first. */
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
      fdOf: name => machine.descriptors.lookup(name).fd,
      open: (name, kind, fd) => {
        this.#names.set(name, kind)
        return machine.named(name, fd, kind)
      },
      atEnd: undo => this.#undo.push(undo),
    }
  }
}

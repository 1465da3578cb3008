import type { Kind } from '../language/vocabulary.ts'
import type { Raw } from '../machine/system.ts'

/** The run in which a word stands. */
export interface ModuleContext {
  /** The descriptor that a name has now, or had last. */
  fdOf(name: string): number
  /** Gives a descriptor a name; it is closed when the run ends. */
  open(name: string, kind: Kind, fd: number): Raw
  /** What is undone when the run ends, whatever happens. */
  atEnd(undo: () => void): void
}

/** Does what a line says; its other words are the arguments. */
export type Word = (context: ModuleContext, ...args: string[]) => Raw

/** What an experiment says that the language cannot say: the words of its module, beside those of the language. */
export type Module = Readonly<Record<string, Word>>

export const ok: Raw = { result: 0, says: 'ok' }

import type { Kind } from '../language/vocabulary.ts'
import type { Raw } from '../machine/system.ts'

/** The run that a module's operation is part of. */
export interface ModuleContext {
  /** The current or last descriptor of a name. */
  fdOf(name: string): number
  /** Binds a name to a descriptor, which is closed at the end of the run. */
  open(name: string, kind: Kind, fd: number): Raw
  /** Registers a cleanup for the end of the run. */
  atEnd(undo: () => void): void
}

/** An operation of a module. The arguments are the words after its name. */
export type ModuleOperation = (context: ModuleContext, ...args: string[]) => Raw

/** Operations that the language lacks, by name. An experiment with a module can use both. */
export type Module = Readonly<Record<string, ModuleOperation>>

export const ok: Raw = { result: 0, says: 'ok' }

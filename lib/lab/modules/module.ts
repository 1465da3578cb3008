import type { Kind } from '../language/vocabulary.ts'
import type { Raw } from '../machine/system.ts'

/** Gives a module's operation access to its run. */
export interface ModuleContext {
  /** The descriptor that a name has, or had last. */
  fdOf(name: string): number
  /** Binds a name to a descriptor, which is closed at the end of the run. */
  open(name: string, kind: Kind, fd: number): Raw
  /** Registers a cleanup for the end of the run. */
  atEnd(undo: () => void): void
}

/** An operation of a module. The arguments are the words after its name. */
export type ModuleOperation = (context: ModuleContext, ...args: string[]) => Raw

/** Operations by name, in addition to those of the language. */
export type Module = Readonly<Record<string, ModuleOperation>>

export const ok: Raw = { result: 0, says: 'ok' }

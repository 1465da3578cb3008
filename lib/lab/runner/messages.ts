import type { State, Step } from '../record.ts'

/** Sent to the process that runs programs. If it names a module, the text may use the module's operations. */
export type Job = { readonly text: string; readonly states: boolean; readonly module?: string }

/** A step without its operation, which the parent already knows. */
export type StepMessage = Omit<Step, 'op' | 'state' | 'stateNote'>

/** A message from the process that runs programs, as one line of JSON. */
export type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'start' }
  | { readonly type: 'step'; readonly index: number; readonly step: StepMessage }
  | {
      readonly type: 'state'
      readonly index: number
      readonly state: State | null
      readonly note?: string
    }
  | { readonly type: 'end'; readonly clean: boolean }
  | { readonly type: 'failed'; readonly message: string }

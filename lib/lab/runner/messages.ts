import type { State, Step } from '../record.ts'

/** To the process that runs programs: the text of one, or of an experiment that a module has words for. */
export type Job = { readonly text: string; readonly states: boolean; readonly module?: string }

/** The result of a step; the operation itself is in the program's text. */
export type StepMessage = Omit<Step, 'op' | 'state' | 'stateNote'>

/** From it, a line each. */
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

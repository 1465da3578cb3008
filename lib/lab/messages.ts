import type { LabErrorCode } from './errors.ts'
import type { State, Step, Trace } from './trace.ts'

/** To the process that runs programs: the text of one, or of an experiment that a module has words for. */
export type Job = { readonly text: string; readonly states: boolean; readonly module?: string }

/** From it. */
export type News =
  | { readonly type: 'ready' }
  | { readonly type: 'start'; readonly kernel: string; readonly pid: number }
  | { readonly type: 'step'; readonly index: number; readonly step: Step }
  | {
      readonly type: 'state'
      readonly index: number
      readonly state: State | null
      readonly note?: string
    }
  | { readonly type: 'end'; readonly trace: Trace; readonly clean: boolean }
  | { readonly type: 'failed'; readonly code: LabErrorCode; readonly message: string }

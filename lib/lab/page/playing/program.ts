import { parse } from '../../language/parse.ts'
import { actionText } from '../../language/print.ts'
import { scriptOf } from '../../language/script.ts'
import type { Action, Operation } from '../../language/syntax.ts'
import type { Reading, Step } from '../../record.ts'

/** One displayed operation. The lines of a module's experiment have text but no action. */
export interface Line extends Pick<Operation, 'text' | 'asks' | 'expected'> {
  readonly action: Action | null
}

/** A run as the picture and the transcript show it. */
export interface Shown {
  readonly lines: readonly Line[]
  readonly steps: readonly Step[]
  readonly readings: readonly (Reading | undefined)[]
  /** The number of steps shown. */
  readonly shown: number
  readonly onShow: (count: number) => void
}

export function lineOf({ text, asks, expected, action }: Operation): Line {
  return { text, asks, expected, action }
}

/** The lines of a valid program, or of a module's transcript. */
export function linesOfProgram(text: string): Line[] {
  const parsed = parse(text)
  if ('operations' in parsed) return parsed.operations.map(lineOf)
  return scriptOf(text).map(({ op, asks, expected }) => ({
    text: op,
    asks,
    expected,
    action: null,
  }))
}

/** The action itself, or the one that it runs in another thread or process. */
export function innermost(action: Action): Action {
  return 'action' in action ? innermost(action.action) : action
}

/** Whether a program registers descriptors. */
export function hasTriggers(lines: readonly Line[]): boolean {
  return lines.some(({ action }) => action !== null && 'mask' in innermost(action))
}

/** The same operations with level and edge exchanged at every registration. */
export function exchanged(lines: readonly Line[]): Line[] {
  return lines.map(line => {
    if (line.action === null) return line
    const action = exchangedAction(line.action)
    return { text: actionText(action), asks: false, expected: null, action }
  })
}

function exchangedAction(action: Action): Action {
  if ('action' in action) return { ...action, action: exchangedAction(action.action) }
  if (!('mask' in action)) return action
  const { mask } = action
  return {
    ...action,
    mask: mask.includes('ET') ? mask.filter(flag => flag !== 'ET') : [...mask, 'ET'],
  }
}

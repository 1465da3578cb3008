import { didYouMean } from '../../sys/nearest-name.ts'
import { descriptorsMax, filesMax, operationsMax, textBytesMax, waitsMsMax } from '../limits.ts'
import { rules } from './grammar.ts'
import { actionText } from './print.ts'
import { Mistake, type Names, quoted, Reader } from './reader.ts'
import type { Action, Operation, Parsed, SyntaxProblem } from './syntax.ts'
import { type Segment, segmentsIn } from './tokens.ts'
import { vocabulary } from './vocabulary.ts'

const problemsMax = 20
const first = { line: 1, column: 1 }
const noOutcome =
  'expected an outcome after the arrow, for example r:IN, or * for any outcome; got the end'

/**
 * Parses a program. Returns its operations, or the first twenty mistakes. A program that exceeds a limit of limits.ts
 * also has a mistake.
 */
export function parse(text: string): Parsed {
  const sizeBytes = new TextEncoder().encode(text).length
  if (sizeBytes > textBytesMax) {
    const message = `a program may have at most ${textBytesMax} bytes, got ${sizeBytes}`
    return { problems: [{ ...first, message }] }
  }
  const names: Names = new Map()
  const problems: SyntaxProblem[] = []
  const operations: Operation[] = []
  for (const segment of segmentsIn(text)) {
    try {
      operations.push(operationOf(segment, names, operations))
    } catch (error) {
      if (!(error instanceof Mistake)) throw error
      problems.push({ ...error.place, message: error.message })
    }
    if (problems.length === problemsMax) break
  }
  return problems.length > 0 ? { problems } : { operations }
}

function operationOf(segment: Segment, names: Names, before: readonly Operation[]): Operation {
  const { line, column, asks, expected, arrow } = segment
  if (before.length === operationsMax)
    throw new Mistake(`a program may have at most ${operationsMax} operations`, segment)
  const action = actionOf(segment, names)
  if (expected === '') throw new Mistake(noOutcome, arrow ?? segment)
  const descriptors = [...names.values()].filter(kind => !/^(thread|process)$/.test(kind)).length
  if (descriptors > descriptorsMax)
    throw new Mistake(`a program may name at most ${descriptorsMax} descriptors`, segment)
  const actions = [...before.map(({ action: one }) => one), action]
  const files = actions.filter(one => one.op === 'open' && one.what === 'file').length
  if (files > filesMax) throw new Mistake(`a program may open at most ${filesMax} files`, segment)
  const waitsMs = actions.reduce((sum, one) => sum + sleepMs(one), 0)
  if (waitsMs > waitsMsMax) {
    const message = `a program may wait and sleep for at most ${waitsMsMax} ms in total, got ${waitsMs}`
    throw new Mistake(message, segment)
  }
  return { action, text: actionText(action), asks, expected, line, column }
}

/** Parses one operation. Throws {@link Mistake}. */
export function actionOf(segment: Segment, names: Names): Action {
  const [token] = segment.tokens
  if (token === undefined) throw new Mistake('expected an operation before ? or ->', segment)
  const rule = Object.hasOwn(rules, token.text) ? rules[token.text] : undefined
  if (rule === undefined) {
    const known = Object.keys(vocabulary)
    const near = didYouMean(token.text, known)
    const help = near === '' ? `; the operations are ${known.join(', ')}` : near
    throw new Mistake(`${quoted(token.text)} is not an operation${help}`, token)
  }
  const reader = new Reader(segment, names)
  const action = rule(reader)
  reader.end()
  return action
}

function sleepMs(action: Action): number {
  if ('action' in action) return sleepMs(action.action)
  if ('timeoutMs' in action) return action.timeoutMs
  return 'forMs' in action ? action.forMs : 0
}

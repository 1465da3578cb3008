import { rules } from '../../language/grammar.ts'
import { Mistake, type Names, Reader } from '../../language/reader.ts'
import { flags, openables, socketOptions } from '../../language/syntax.ts'
import { segmentsIn } from '../../language/tokens.ts'
import { vocabulary } from '../../language/vocabulary.ts'

export interface Completion {
  readonly text: string
  /** The usage of an operation, or the kind of a name. */
  readonly detail: string
}

export interface Completions {
  /** The index at which the completed word begins. */
  readonly from: number
  readonly items: readonly Completion[]
}

const words = [...openables, ...socketOptions, 'RD', 'WR', 'RDWR', 'dgram', 'semaphore']
/** A name that no program uses. If the grammar allows it somewhere, any new name is allowed there. */
const freshName = 'zz_none'
const itemsMax = 12

/** The words that the grammar allows at the cursor and that begin with the text before it. */
export function completionsAt(text: string, cursor: number): Completions {
  const line = text.slice(text.lastIndexOf('\n', cursor - 1) + 1, cursor)
  const operation = line.slice(line.lastIndexOf(';') + 1).trimStart()
  let from = cursor
  while (from > cursor - operation.length && !/[\s;|]/.test(text[from - 1]!)) from--
  const none = { from, items: [] }
  if (/["#]|->/.test(line)) return none
  const begun = text.slice(from, cursor)
  const before = operation.slice(0, operation.length - begun.length)
  const names = namesBefore(text.slice(0, cursor - operation.length))
  if (before.trim() === '' || /^(thread|in)\s+\S+\s+$/.test(before))
    return { from, items: operationsLike(begun) }
  if (mayStand(before, freshName, names)) return none
  const named = [...names].map(([text, kind]) => ({ text, detail: kind }))
  const items = [...named, ...[...flags, ...words].map(text => ({ text, detail: '' }))]
    .filter(item => item.text.startsWith(begun) && item.text !== begun)
    .filter(item => mayStand(before, item.text, names))
  return { from, items: items.slice(0, itemsMax) }
}

function operationsLike(begun: string): Completion[] {
  return Object.entries(vocabulary)
    .filter(([word]) => word.startsWith(begun) && word !== begun)
    .map(([text, { usage }]) => ({ text, detail: usage }))
    .slice(0, itemsMax)
}

/** The names defined by the valid operations in a text. */
function namesBefore(text: string): Names {
  const names: Names = new Map()
  for (const segment of segmentsIn(text)) {
    const rule = rules[segment.tokens[0]?.text ?? '']
    try {
      rule?.(new Reader(segment, names))
    } catch (error) {
      if (!(error instanceof Mistake)) throw error
    }
  }
  return names
}

/** Whether the grammar allows a word after `before`, even if the operation would be incomplete. */
function mayStand(before: string, word: string, names: Names): boolean {
  const [segment] = segmentsIn(before + word)
  const rule = rules[segment?.tokens[0]?.text ?? '']
  if (segment === undefined || rule === undefined) return false
  try {
    const reader = new Reader(segment, new Map(names))
    rule(reader)
    reader.end()
    return true
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    // The word is not the cause of a mistake after it.
    return error.place.column > before.length + word.length
  }
}

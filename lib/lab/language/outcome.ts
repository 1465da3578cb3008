/** Outcomes in words. Scenarios, the page and generated programs all use the same words. */

import type { NamedEvent } from '../record.ts'
import type { Flag } from './syntax.ts'

export const nothing = 'nothing'

export function maskText(mask: readonly Flag[]): string {
  return mask.length === 0 ? '0' : mask.join('|')
}

export function eventsText(events: readonly NamedEvent[]): string {
  if (events.length === 0) return nothing
  return events.map(({ name, mask }) => `${name}:${maskText(mask)}`).join(', ')
}

/**
 * Whether an outcome matches a pattern: `*` matches anything, `>1000` a larger number, ` or ` separates alternatives, and
 * everything else is literal.
 */
export function matches(pattern: string, outcome: string): boolean {
  return pattern.split(' or ').some(one => matchesOne(one.trim(), outcome))
}

function matchesOne(pattern: string, outcome: string): boolean {
  const [, digits] = /^>(\d+)$/.exec(pattern) ?? []
  if (digits !== undefined) return /^\d+$/.test(outcome) && Number(outcome) > Number(digits)
  return isLike(pattern.split('*'), outcome)
}

/** Whether a text consists of these parts, with anything between them. A regular expression could be exponential. */
function isLike([head = '', ...rest]: readonly string[], text: string): boolean {
  const tail = rest.pop()
  if (tail === undefined) return text === head
  const end = text.length - tail.length
  if (!text.startsWith(head) || !text.endsWith(tail)) return false
  let at = head.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= end
}

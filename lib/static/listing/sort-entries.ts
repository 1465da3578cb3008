import { setImmediate } from 'node:timers/promises'
import { entriesPerTurn, type ListingEntry } from './listing-entry.ts'

/** The language is fixed, so that the order doesn't depend on where the server runs. */
const collator = new Intl.Collator('en', { numeric: true })

/** An entry with its sort key; the key is null unless the name is printable ASCII. */
interface Keyed {
  readonly entry: ListingEntry
  readonly key: string | null
}

/** Maps each ASCII character to a code that sorts as in the collator; upper and lower case share a code. */
const letters = lettersOf(Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)))

function lettersOf(characters: string[]): ReadonlyMap<string, string> {
  const base = new Intl.Collator('en', { sensitivity: 'base' })
  const found = new Map<string, string>()
  let code = 256
  let before = ''
  for (const character of characters.sort(base.compare)) {
    if (base.compare(before, character) !== 0) code++
    found.set(character, String.fromCharCode(code))
    before = character
  }
  return found
}

/** Compares numbers by their number of digits first, then by the digits. */
function numberKey(digits: string): string {
  const value = digits.replace(/^0+/, '')
  return letters.get('0') + String.fromCharCode(value.length) + value
}

/** Comparing keys is ten times as fast as the collator, which is needed only if keys are equal or null. */
function keyOf(name: string): string | null {
  let key = ''
  for (let i = 0; i < name.length; i++) {
    let end = i
    while (isDigit(name.charCodeAt(end))) end++
    if (end > i) {
      key += numberKey(name.slice(i, end))
      i = end - 1
      continue
    }
    const letter = letters.get(name[i]!)
    if (letter === undefined) return null
    key += letter
  }
  return key
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function compare(a: Keyed, b: Keyed): number {
  const byType = Number(b.entry.type === 'directory') - Number(a.entry.type === 'directory')
  if (byType !== 0) return byType
  if (a.key !== null && b.key !== null && a.key !== b.key) return a.key < b.key ? -1 : 1
  const [first, second] = [a.entry.name, b.entry.name]
  return collator.compare(first, second) || (first < second ? -1 : 1)
}

async function merged(a: Keyed[], b: Keyed[]): Promise<Keyed[]> {
  const entries: Keyed[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const takesA = j === b.length || (i < a.length && compare(a[i]!, b[j]!) < 0)
    entries.push(takesA ? a[i++]! : b[j++]!)
    if (entries.length % entriesPerTurn === 0) await setImmediate()
  }
  return entries
}

/**
 * Sorts directories first, then by name, comparing numbers by value. This is a merge sort with pauses, because one
 * sort() of 20,000 names would block the loop for a tenth of a second.
 */
export async function sortEntries(entries: readonly ListingEntry[]): Promise<ListingEntry[]> {
  let runs: Keyed[][] = []
  for (let i = 0; i < entries.length; i += entriesPerTurn) {
    const some = entries.slice(i, i + entriesPerTurn)
    runs.push(some.map(entry => ({ entry, key: keyOf(entry.name) })).sort(compare))
    await setImmediate()
  }
  while (runs.length > 1) {
    const longer: Keyed[][] = []
    for (let i = 0; i < runs.length; i += 2) {
      longer.push(await merged(runs[i]!, runs[i + 1] ?? []))
    }
    runs = longer
  }
  return (runs[0] ?? []).map(({ entry }) => entry)
}

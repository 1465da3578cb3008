/** A longer name is not a typo, and the time to compare names grows with the product of their lengths. */
const lengthMax = 64
/** The shortest prefix that matches a name. */
const prefixMin = 2

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

/** How many characters to insert, drop, change or swap. @internal */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1]! + Number(a[i - 1] !== b[j - 1])
      row[j] = Math.min(changed, last[j]! + 1, row[j - 1]! + 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (i > 1 && j > 1 && swapped) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

function isPrefix(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= prefixMin && (a.startsWith(b) || b.startsWith(a))
}

/**
 * The known name nearest to an unknown one, for an error message; undefined if none is near. Ignores case, hyphens and
 * underscores.
 *
 * @internal
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > lengthMax) return undefined
  const given = plain(name)
  let nearest: string | undefined
  // A third of the characters may be wrong.
  let least = Math.floor(given.length / 3) + 1
  for (const candidate of names) {
    const steps = editDistance(given, plain(candidate))
    if (steps < least) {
      nearest = candidate
      least = steps
    }
  }
  return nearest ?? names.find(candidate => isPrefix(plain(candidate), given))
}

/** Ends an error message about an unknown name: `: did you mean add?`; empty if no name is near. @internal */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = nearestName(name, names)
  return near === undefined ? '' : `: did you mean ${near}?`
}

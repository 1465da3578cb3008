import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PathPattern, type Placeholder } from '../../lib/static/rules/path-pattern.ts'
import { below, mulberry32, pick } from '../http/random.ts'

const seed = Number(process.env['EPOLLET_SEED'] ?? 20_261_130)

/** Matches a path with a regular expression; partsOf() makes only patterns that can match in just one way. */
function byRegex(
  parts: readonly (string | Placeholder)[],
  path: string,
): Record<string, string> | null {
  const source = parts.map(part =>
    typeof part === 'string'
      ? part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      : `(?<${part.name}>${part.isSplat ? '.*' : '[^/]+'})`,
  )
  const match = new RegExp(`^${source.join('')}$`, 's').exec(path)
  return match === null ? null : { ...match.groups }
}

/** A random pattern with at most one placeholder between two slashes, and at most one splat. */
function partsOf(random: () => number): (string | Placeholder)[] {
  const parts: (string | Placeholder)[] = []
  let hasSplat = false
  for (let i = 1 + below(random, 4); i > 0; i--) {
    parts.push(`/${pick(random, ['', '', 'a', 'ab', 'b'])}`)
    const isSplat: boolean = !hasSplat && below(random, 3) === 0
    if (below(random, 2) === 0) continue
    hasSplat ||= isSplat
    parts.push({ name: isSplat ? 'splat' : `p${i}`, isSplat }, pick(random, ['', '', 'a', 'b']))
  }
  return parts
}

test('a pattern matches the same paths as the equivalent regular expression, with the same values', () => {
  const random = mulberry32(seed)
  let matches = 0
  for (let i = 0; i < 20_000; i++) {
    const parts = partsOf(random)
    const pattern = new PathPattern(parts)
    for (let j = 0; j < 5; j++) {
      const path = `/${Array.from({ length: below(random, 7) }, () => pick(random, ['a', 'b', '/', 'ab'])).join('')}`
      const found = pattern.match(path, path.split('/'))
      const wanted = byRegex(parts, path)
      const shown = `seed ${seed}: ${JSON.stringify(parts)} of ${path}`
      assert.deepEqual(found === null ? null : { ...found }, wanted, shown)
      if (found !== null) matches++
    }
  }
  assert.ok(matches > 3000, `${matches} matches`)
})

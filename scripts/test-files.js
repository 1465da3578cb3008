import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/**
 * The files of tests, as test/SUBJECT/NAME.test.ts: Node 20 expands no patterns itself.
 *
 * @param {string} root
 * @param {string[]} [subjects] all, if left out
 * @returns {string[]}
 */
export function testFiles(root, subjects = readdirSync(join(root, 'test'))) {
  return subjects.sort().flatMap(subject => {
    const folder = join('test', subject)
    return readdirSync(join(root, folder))
      .filter(name => name.endsWith('.test.ts'))
      .sort()
      .map(name => join(folder, name))
  })
}

// Node's own choice, but two on a machine of two processors: most tests wait for something.
export const atOnce = `--test-concurrency=${Math.max(2, availableParallelism() - 1)}`

/**
 * The environment of tests. tsx keeps a cache in the temporary folder, which a thread of its own opens at any
 * time; tests that count open descriptors would see it.
 *
 * @param {NodeJS.ProcessEnv} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function testEnvironment(more = {}) {
  return { ...process.env, TSX_DISABLE_CACHE: '1', ...more }
}

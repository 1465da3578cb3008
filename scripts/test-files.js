import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Failed } from './run.js'

/**
 * The files of tests, as test/SUBJECT/NAME.test.ts: Node 20 expands no patterns itself.
 *
 * @param {string} root
 * @param {string[]} [subjects] all, if left out
 * @param {string} [ending] `.gate.ts` for the tests that npm run gate runs
 * @returns {string[]}
 */
export function testFiles(root, subjects = readdirSync(join(root, 'test')), ending = '.test.ts') {
  return subjects.toSorted().flatMap(subject => {
    const folder = join('test', subject)
    return readdirSync(join(root, folder))
      .filter(name => name.endsWith(ending))
      .sort()
      .map(name => join(folder, name))
  })
}

/**
 * Reads a command line: files, which end in .ts, subjects, and options of Node's test runner, which begin with
 * a hyphen. Without files and subjects it is every file with the ending.
 *
 * @param {string} root
 * @param {string[]} given
 * @param {string} [ending]
 * @returns {{ files: string[], options: string[] }}
 */
export function asked(root, given, ending = '.test.ts') {
  const options = given.filter(argument => argument.startsWith('-'))
  const names = given.filter(argument => !argument.startsWith('-'))
  const files = names.filter(name => name.endsWith('.ts'))
  const subjects = names.filter(name => !name.endsWith('.ts'))
  if (names.length === 0) return { files: testFiles(root, undefined, ending), options }
  const there = readdirSync(join(root, 'test'))
  const unknown = subjects.find(subject => !there.includes(subject))
  if (unknown !== undefined) {
    process.stderr.write(
      `no subject '${unknown}' in test: name one of ${there.join(', ')}, or a file\n`,
    )
    throw new Failed(2)
  }
  return { files: [...files, ...testFiles(root, subjects, ending)], options }
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

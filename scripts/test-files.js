import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Failed } from './run.js'

/** What npm run test:quick runs: two minutes on two processors. */
export const quick = {
  subjects: ['sys', 'core', 'conformance', 'loop', 'net', 'http', 'static', 'service', 'cli'],
  /** These measure, or run all experiments: minutes for what is changed rarely. */
  leftOut: /^test\/cli\/(bench|lab)/,
}

/**
 * Lists the test files as test/SUBJECT/NAME.test.ts, since Node 20 expands no patterns.
 *
 * @param {string} root
 * @param {string[]} [subjects] all of them by default
 * @param {string} [ending] `.gate.ts` for the tests of npm run gate
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
 * Reads a command line of files, which end in .ts, subjects, and options of Node's test runner, which begin with a
 * hyphen. `--quick` is ours. Without a file or a subject it means every file.
 *
 * @param {string} root
 * @param {string[]} given
 * @param {string} [ending]
 * @returns {{ files: string[], options: string[] }}
 */
export function asked(root, given, ending = '.test.ts') {
  const options = given.filter(argument => argument.startsWith('-') && argument !== '--quick')
  if (given.includes('--quick')) return { files: quickFiles(root), options }
  const names = given.filter(argument => !argument.startsWith('-'))
  if (names.length === 0) return { files: testFiles(root, undefined, ending), options }
  const subjects = names.filter(name => !name.endsWith('.ts'))
  const there = subjectsOf(root, ending)
  const unknown = subjects.find(subject => !there.includes(subject))
  if (unknown !== undefined) {
    process.stderr.write(`No subject '${unknown}': expected a file or one of ${there.join(', ')}\n`)
    throw new Failed(2)
  }
  const files = names.filter(name => name.endsWith('.ts'))
  return { files: [...files, ...testFiles(root, subjects, ending)], options }
}

/**
 * @param {string} root
 * @param {string} ending
 */
function subjectsOf(root, ending) {
  const folders = readdirSync(join(root, 'test'))
  return folders.filter(folder => testFiles(root, [folder], ending).length > 0)
}

/** @param {string} root */
function quickFiles(root) {
  const all = testFiles(root, quick.subjects)
  const slow = all.filter(file => quick.leftOut.test(file))
  process.stderr.write(`Left out: ${slow.join(', ')}\n`)
  return all.filter(file => !slow.includes(file))
}

// Node's own choice, but at least two: most tests wait for something.
export const atOnce = `--test-concurrency=${Math.max(2, availableParallelism() - 1)}`

/**
 * The environment of tests. tsx opens its cache on a thread of its own at any time, which tests that count open
 * descriptors would see, so it's off.
 *
 * @param {NodeJS.ProcessEnv} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function testEnvironment(more = {}) {
  return { ...process.env, TSX_DISABLE_CACHE: '1', ...more }
}

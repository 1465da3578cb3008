import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Failed } from './run.js'

/** The tests of npm run test:quick, which take two minutes on two processors. */
export const quick = {
  subjects: ['sys', 'core', 'conformance', 'loop', 'net', 'http', 'static', 'service', 'cli'],
  /** These take minutes, because they measure or run all experiments, and test code that rarely changes. */
  leftOut: /^test\/cli\/(bench|lab)/,
}

/**
 * Lists the test files, test/SUBJECT/NAME.test.ts, because Node 20 does not expand patterns.
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
 * hyphen. `--quick` is an option of this script. Without files and subjects, all files are listed.
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

// Node's default, but at least two, because most tests wait for something.
export const atOnce = `--test-concurrency=${Math.max(2, availableParallelism() - 1)}`

/**
 * The environment of tests. The cache of tsx is off: a thread opens it at any time, which would disturb tests that
 * count open descriptors.
 *
 * @param {NodeJS.ProcessEnv} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function testEnvironment(more = {}) {
  return { ...process.env, TSX_DISABLE_CACHE: '1', ...more }
}

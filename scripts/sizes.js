// Limits the length of source files and the number of files in a folder, so that readers do not have to search.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const linesMax = 350
const filesMax = 24
const source = /\.(?:[cm]?[jt]sx?|cc|h|py|c)$/
/** Long lists of texts, which are read from top to bottom. */
const long = /^lib\/lab\/prose\/|\/words-(?:en|zh)\.ts$/
const full = ['lib/lab/scenarios']

/**
 * @param {string} root of the project
 * @returns {string[]} the problems, one line each
 */
export function checkSizes(root) {
  const files = ['lib', 'native', 'scripts', 'test', 'examples']
    .flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        name => `${folder}/${name}`,
      ),
    )
    .filter(path => source.test(path) && !/\/(?:build|node_modules)\//.test(path))
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const folder of files.filter(path => path.startsWith('lib/')).map(path => dirname(path)))
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  return [
    ...files
      .filter(path => !long.test(path))
      .map(path => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > linesMax)
      .map(({ path, lines }) => `${path}: ${lines} lines, at most ${linesMax}`),
    ...[...counts]
      .filter(([folder, count]) => count > filesMax && !full.includes(folder))
      .map(([folder, count]) => `${folder}: ${count} files, at most ${filesMax}`),
  ].sort()
}

// npm run check: everything that can be checked without running the sources. All parts run at the same time; a failure
// of one does not stop the others.
import { build } from './build.js'
import { clangFormat } from './clang-format.js'
import { installed, root } from './project.js'
import { collect, main } from './run.js'

const addons = ['build/Release/epollet.node', 'build/Release/bench.node']

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<string[]>} the problems
 */
async function run(script, ...args) {
  const { status, output } = await collect(process.execPath, [installed(script), ...args])
  return status === 0 ? [] : [output]
}

/**
 * Keeps tsc's information about unchanged files, so that the next check takes a third of the time.
 *
 * @param {string} project
 */
function types(project) {
  const name = project.replaceAll(/\W/g, '-')
  const kept = installed(`.cache/epollet/${name}.tsbuildinfo`)
  return run('typescript/bin/tsc', '-p', project, '--incremental', '--tsBuildInfoFile', kept)
}

// typescript is imported only when it is needed, because build() may have to install it first.
/** @type {Record<string, () => Promise<string[] | string>>} a text says why a part is skipped */
const parts = {
  'format and lint': () => run('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  types: () => types('.'),
  'types of the page': () => types('lib/lab/page'),
  layers: async () => (await import('./layers.js')).checkLayers(root),
  'what folders import': async () => (await import('./layers.js')).checkReadmes(root),
  sizes: async () => (await import('./sizes.js')).checkSizes(root),
  comments: async () => (await import('./comments.js')).checkComments(root),
  'native table': async () => (await import('./native-table.js')).checkNativeTable(root),
  'kernel numbers': async () => (await import('./kernel-numbers.js')).checkKernelNumbers(root),
  'regular expressions': async () => (await import('./regexes.js')).checkRegexes(root),
  sources: async () => (await import('./sources.js')).checkSources(root),
  'native symbols': async () =>
    (await import('./native-symbols.js')).checkNativeSymbols(root, addons),
  lockfile: async () => (await import('./lockfile.js')).checkLockfile(root),
  'clang-format': async () => {
    const result = await clangFormat(false)
    if (result === undefined) return 'skipped: version 14 is not installed'
    return result.status === 0 ? [] : [result.output]
  },
}

/**
 * @param {string} name
 * @param {() => Promise<string[] | string>} check
 * @returns {Promise<boolean>} whether it passed
 */
async function report(name, check) {
  const found = await check()
  if (typeof found === 'string') console.log(`${name}: ${found}`)
  else if (found.length === 0) console.log(`${name}: ok`)
  else console.log(`${name}: failed\n${found.join('\n')}`)
  return typeof found === 'string' || found.length === 0
}

await main(async () => {
  await build()
  const passed = await Promise.all(
    Object.entries(parts).map(([name, check]) => report(name, check)),
  )
  return passed.every(Boolean) ? 0 : 1
})

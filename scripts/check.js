// npm run check: everything that can be said about the sources without running them. All parts run, even when
// one has failed.
import { build } from './build.js'
import { clangFormat } from './clang-format.js'
import { installed, root } from './project.js'
import { collect, main } from './run.js'

const addons = ['build/Release/epollet.node', 'build/Release/bench.node']

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<string[]>} what is wrong
 */
async function run(script, ...args) {
  const { status, output } = await collect(process.execPath, [installed(script), ...args])
  return status === 0 ? [] : [output]
}

// These import typescript, which is there only after build() has installed it.
/** @type {Record<string, () => Promise<string[] | string>>} a text says why a part is skipped */
const parts = {
  'format and lint': () => run('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  types: () => run('typescript/bin/tsc', '-p', '.'),
  'types of the page': () => run('typescript/bin/tsc', '-p', 'lib/lab/page'),
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

await main(async () => {
  await build()
  let failed = 0
  for (const [name, check] of Object.entries(parts)) {
    const found = await check()
    if (typeof found === 'string') console.log(`${name}: ${found}`)
    else if (found.length === 0) console.log(`${name}: ok`)
    else {
      failed++
      console.log(`${name}: failed\n${found.join('\n')}`)
    }
  }
  return failed === 0 ? 0 : 1
})

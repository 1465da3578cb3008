// Makes dist from the compiled sources: each layer becomes one module, and the command line, the lab and the bench
// become a few files. Keeps the type declarations that a public module uses.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { withConstants } from './constants.js'

const faces = ['index', 'http/index', 'static/index']
/** One module for each layer, and the list of constants, which is public too. */
const modules = [
  ...['core', 'http', 'loop', 'net', 'static', 'sys'].map(layer => `${layer}/index.js`),
  'index.js',
  'sys/constants.js',
]
/** Programs and modules that are started or imported by path, as are those in bench/contenders. */
const entries = [
  'cli/main',
  'cli/command',
  'lab/index',
  'lab/runner/child',
  'lab/runner/orphan-watch',
  'lab/machine/process',
  'lab/machine/thread',
  'lab/prose/index',
  'lab/scenarios/index',
  'bench/index',
  'bench/measure/child',
  'bench/measure/echo',
  'bench/studies/child',
  'bench/studies/memory-run',
  'bench/studies/wake-latency-run',
  'bench/studies/accept-run',
  'bench/studies/accept-thread',
  'bench/studies/callbacks',
]
/** The race between servers: built in a clone, but not part of the package (`files` in package.json). */
const race = ['index', 'floor', 'idle-process', 'load-process', 'node-http'].map(
  name => `bench/race/${name}.js`,
)
const here = 'epollet:/'

/**
 * @param {string} folder
 * @param {string} ending
 * @returns {string[]} below the folder
 */
function filesBelow(folder, ending) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path =>
    path.endsWith(ending),
  )
}

/** @param {string} path of a module */
function declarationOf(path) {
  return path.replace(/\.[jt]s$/, '.d.ts')
}

/**
 * The declarations that the public modules use.
 *
 * @param {string} from
 */
function declarations(from) {
  /** @type {Map<string, string>} */
  const found = new Map()
  const visit = (/** @type {string} */ path) => {
    if (found.has(path)) return
    const text = readFileSync(join(from, path), 'utf8')
    found.set(path, text)
    for (const [, target = ''] of text.matchAll(/(?:from|import\()\s*["'](\.[^"']+)["']/g))
      visit(join(dirname(path), declarationOf(target)))
  }
  for (const face of faces) visit(`${face}.d.ts`)
  // A file with only internal declarations is now empty. It is dropped, and so are the exports that name it.
  const isEmpty = (/** @type {string} */ path) => /^export {};\s*$/.test(found.get(path) ?? '')
  for (const [path, text] of found) {
    const lines = text.split('\n').filter(line => {
      const target = /^export \* from ["'](\.[^"']+)["'];$/.exec(line)?.[1]
      return target === undefined || !isEmpty(join(dirname(path), declarationOf(target)))
    })
    found.set(path, lines.join('\n'))
  }
  for (const path of [...found.keys()].filter(isEmpty)) found.delete(path)
  return found
}

/**
 * @param {string} from the compiler's output
 * @param {string} to
 * @param {boolean} [maps] with source maps in each file, which then is not minified
 */
export async function bundle(from, to, maps = false) {
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    writeFileSync(join(to, path), text)
  }
  for (const [path, text] of declarations(from)) write(path, text)
  const programs = [
    ...entries.map(path => `${path}.js`),
    ...filesBelow(join(from, 'bench/contenders'), '.js').map(path => `bench/contenders/${path}`),
  ]
  const layers = await bundled(from, to, modules, { minify: false, splitting: false, maps })
  const split = { minify: !maps, splitting: true, maps }
  const others = await bundled(from, to, programs, split)
  const chunkNames = 'bench/race/[name]-[hash]'
  const servers = await bundled(from, to, race, { ...split, chunkNames })
  const outputs = [
    ...layers.map(({ path, text }) => ({ path, text: maps ? text : withConstants(text) })),
    ...others,
    ...servers,
  ]
  for (const { path, text } of outputs) {
    const up = '../'.repeat(relative(to, path).split('/').length - 1) || './'
    write(relative(to, path), text.replaceAll(`"${here}`, `"${up}`))
  }
}

/**
 * Bundles modules. Each layer is imported, not inlined, so that each class exists only once.
 *
 * @param {string} from
 * @param {string} to
 * @param {string[]} paths
 * @param {{ minify: boolean, splitting: boolean, maps: boolean, chunkNames?: string }} options
 */
async function bundled(from, to, paths, { maps, ...options }) {
  const { outputFiles = [] } = await build({
    chunkNames: 'shared/[name]-[hash]',
    ...options,
    sourcemap: maps && 'inline',
    entryPoints: paths.map(path => join(from, path)),
    // esbuild writes each source's path into a comment, relative to this folder.
    absWorkingDir: from,
    outbase: from,
    outdir: to,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'warning',
    write: false,
    plugins: [
      {
        name: 'layers',
        setup({ onResolve }) {
          onResolve({ filter: /^\.\.?\// }, ({ resolveDir, path, kind }) => {
            if (kind === 'entry-point') return undefined
            const target = relative(from, join(resolveDir, path))
            const own = relative(from, resolveDir).split('/')[0] ?? ''
            const isOther = modules.includes(target) && own !== target.split('/')[0]
            return isOther ? { path: here + target, external: true } : undefined
          })
        },
      },
    ],
  })
  return outputFiles
}

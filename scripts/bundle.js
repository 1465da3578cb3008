// What of the compiled sources is published: the modules of the faces one by one, with the declarations that a face
// reaches; the command line, the lab and the bench as few files.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'

const faces = ['index', 'http/index', 'static/index']
const reached = /^(index\.js$|(core|http|loop|net|static|sys)\/)/
/** Programs and modules that are started or imported by their path. Those below contenders are, too. */
const entries = [
  'cli/main',
  'cli/index',
  'lab/index',
  'lab/child',
  'lab/orphan-watch',
  'lab/process',
  'lab/thread',
  'lab/prose/index',
  'lab/scenarios/index',
  'bench/index',
  'bench/child',
  'bench/echo',
  'bench/race/floor',
  'bench/race/idle-process',
  'bench/race/load-process',
  'bench/race/node-http',
  'bench/race/site',
  'bench/studies/child',
  'bench/studies/memory-run',
  'bench/studies/wake-latency-run',
  'bench/studies/accept-run',
  'bench/studies/accept-thread',
  'bench/studies/callbacks',
]
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

/**
 * The declarations that a face reaches.
 *
 * @param {string} from
 */
function declarations(from) {
  const found = new Map()
  const visit = (/** @type {string} */ path) => {
    if (found.has(path)) return
    const text = readFileSync(join(from, path), 'utf8')
    found.set(path, text)
    for (const [, target = ''] of text.matchAll(/(?:from|import\()\s*["'](\.[^"']+)["']/g))
      visit(join(dirname(path), target.replace(/\.[jt]s$/, '.d.ts')))
  }
  for (const face of faces) visit(`${face}.d.ts`)
  return found
}

/**
 * @param {string} from what the compiler has written
 * @param {string} to
 */
export async function bundle(from, to) {
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    writeFileSync(join(to, path), text)
  }
  for (const [path, text] of declarations(from)) write(path, text)
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    outbase: from,
    outdir: to,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'warning',
  }
  const modules = filesBelow(from, '.js').filter(path => reached.test(path))
  // Comments are in the declarations.
  await build({ ...common, entryPoints: modules.map(path => join(from, path)) })
  const programs = [
    ...entries.map(path => `${path}.js`),
    ...filesBelow(join(from, 'bench/contenders'), '.js').map(path => `bench/contenders/${path}`),
  ]
  const { outputFiles = [] } = await build({
    ...common,
    entryPoints: programs.map(path => join(from, path)),
    bundle: true,
    splitting: true,
    // As deep as `cli`, so that a path from here leads to the same file.
    chunkNames: 'shared/[name]-[hash]',
    minify: true,
    packages: 'external',
    write: false,
    plugins: [
      {
        name: 'faces',
        setup({ onResolve }) {
          onResolve({ filter: /^\.\.?\// }, ({ resolveDir, path, kind }) => {
            if (kind === 'entry-point') return undefined
            const target = relative(from, join(resolveDir, path))
            return reached.test(target) ? { path: here + target, external: true } : undefined
          })
        },
      },
    ],
  })
  for (const { path, text } of outputFiles) {
    const up = '../'.repeat(relative(to, path).split('/').length - 1)
    write(relative(to, path), text.replaceAll(`"${here}`, `"${up}`))
  }
}

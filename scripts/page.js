import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { root } from './project.js'

/** Separates the site's palette and base styles, which the lab shares, from the layout of its other pages. */
const groundEnd = '/* ---- top and bottom ---- */'
const languages = ['en', 'zh']

/** The lab's page as a product for scripts/freshness.js. */
export const page = {
  stamp: 'build/.lab-page',
  inputs: [
    'lib/lab',
    'html/style.css',
    'html/favicon.svg',
    'scripts/page.js',
    'node_modules/esbuild/package.json',
    'node_modules/preact/package.json',
    'node_modules/@preact/signals/package.json',
  ],
  outputs: ['html/lab/index.html', 'html/lab/lab.js', 'html/lab/lab.css'],
}

/**
 * A copy of a value in which each pair of texts in both languages is replaced by the text in one of them.
 *
 * @param {unknown} value
 * @param {string} language
 * @returns {unknown}
 */
export function inLanguage(value, language) {
  if (Array.isArray(value)) return value.map(one => inLanguage(one, language))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  if (entries.length === languages.length && languages.every(name => name in value))
    return Object.fromEntries(entries)[language]
  return Object.fromEntries(entries.map(([name, one]) => [name, inLanguage(one, language)]))
}

/** The palette and base styles of the site's hand-written pages. */
function ground() {
  const sheet = readFileSync(join(root, 'html/style.css'), 'utf8')
  const end = sheet.indexOf(groundEnd)
  if (end === -1) throw new Error(`html/style.css has no line ${groundEnd}`)
  return sheet.slice(0, end)
}

/** @param {string} folder */
async function bundle(folder) {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'lib/lab/page/main.tsx', out: 'lab' },
      { in: 'lib/lab/page/style/lab.css', out: 'lab' },
    ],
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
    plugins: [
      {
        name: 'base styles of the site',
        setup(builder) {
          builder.onResolve({ filter: /^site:ground$/ }, ({ path }) => ({
            path,
            namespace: 'site',
          }))
          builder.onLoad({ filter: /.*/, namespace: 'site' }, () => ({
            contents: ground(),
            loader: 'css',
          }))
        },
      },
    ],
  })
}

/**
 * Writes the data of the page: the experiments and the texts, with one file for each language.
 *
 * @param {string} folder
 */
async function writeData(folder) {
  const lab = join(root, 'dist/lab')
  const { scenarios } = await import(pathToFileURL(join(lab, 'scenarios/index.js')).href)
  const prose = join(lab, 'prose/index.js')
  const texts = existsSync(prose) ? await import(pathToFileURL(prose).href) : {}
  for (const language of languages) {
    const write = (/** @type {string} */ name, /** @type {unknown} */ value) =>
      writeFileSync(
        join(folder, `${name}.${language}.json`),
        `${JSON.stringify(inLanguage(value, language))}\n`,
      )
    write('scenarios', scenarios)
    write('text', { ...texts })
  }
  writeFileSync(join(folder, 'edition.json'), '{"edition":"live"}\n')
}

/**
 * Writes compressed variants of the large files. edition.json gets none, because an export rewrites it.
 *
 * @param {string} folder
 */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css)$|\.(en|zh)\.json$/.test(name)) continue
    const bytes = readFileSync(join(folder, name))
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
}

/** Builds into another folder and then replaces html/lab with it, so that no file of a deleted source remains. */
export async function buildPage() {
  const folder = join(root, `build/lab-page.${process.pid}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await bundle(folder)
  for (const from of ['lib/lab/page/index.html', 'html/favicon.svg'])
    cpSync(join(root, from), join(folder, from.slice(from.lastIndexOf('/'))))
  await writeData(folder)
  compress(folder)
  rmSync(join(root, 'html/lab'), { recursive: true, force: true })
  renameSync(folder, join(root, 'html/lab'))
}

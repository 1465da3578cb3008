// npm run files: prints every source file with the first sentence of its first comment, folder by folder.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './project.js'

const folders = ['native', 'lib', 'scripts', 'examples']
const endings = /\.(?:cc|h|[jt]sx?|py|css|gypi?|map|txt)$/

/**
 * The first sentence of the first comment that is not indented, or '' if there is none.
 *
 * @param {string} text
 */
export function purposeOf(text) {
  const [comment = ''] = /^\/\*[\s\S]*?\*\/|^(?:(?:\/\/|#(?!!)) ?.*\n?)+/m.exec(text) ?? []
  const words = comment
    .replace(/^\/\*+|\*\/$/g, '')
    .replace(/^[ \t]*(?:\/\/|\*|#) ?/gm, '')
    .replace(/(?:^|\s)@\w[\s\S]*/, '')
    .replace(/\s+/g, ' ')
    .replace(/\{@link ([^}]+)\}/g, '$1')
    .trim()
  return words.replace(/([.?!]) .*|\.$/, '$1').replace(/\.$/, '')
}

/** @returns {string[]} the paths of all source files, by folder */
export function sourceFiles() {
  const files = folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => endings.test(name) && !/(?:^|\/)(?:build|node_modules)\//.test(name))
      .map(name => join(folder, name)),
  )
  return files.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

/**
 * Sorts the files of a folder before its subfolders.
 *
 * @param {string} path
 */
function sortKey(path) {
  return `${dirname(path)}\0${basename(path)}`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  let folder = ''
  for (const path of sourceFiles()) {
    if (dirname(path) !== folder) {
      folder = dirname(path)
      console.log(`\n${folder}/`)
    }
    const purpose = purposeOf(readFileSync(join(root, path), 'utf8'))
    console.log(`  ${basename(path).padEnd(28)} ${purpose}`.trimEnd())
  }
}

// npm run files: prints every source file with a sentence about it, folder by folder.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './project.js'

const folders = ['native', 'lib', 'scripts', 'examples']
const endings = /\.(?:cc|h|[jt]sx?|py|css|gypi?|map|txt)$/

const atTop = /^(?:#!.*\n)?((?:(?:\/\/|#(?!!)) ?.*\n)+)/
const ofExport =
  /^(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\nexport (?:abstract |async )?(?:class|const|function|interface|type)\*? (\w+)/gm
const anywhere = /^(?:\/\*[\s\S]*?\*\/|(?:(?:\/\/|#(?!!)) ?.*(?:\n|$))+)/gm
const title = /^ {2}title: \{\n {4}en: (['"])(.*)\1,$/m

/**
 * The first sentence of the comment that says what a file is: the one on its first line, or that of the export with
 * the file's name, or the first that is not indented. The sentence about an experiment is its title.
 *
 * @param {string} path
 * @param {string} text
 */
export function purposeOf(path, text) {
  const name = basename(path, extname(path)).replaceAll('-', '')
  const singular = name.replace(/s$/, '')
  const names = [`^${name}$`, `^${singular}$`, singular].map(one => new RegExp(one, 'i'))
  const exported = [...text.matchAll(ofExport)]
  const comments = [
    atTop.exec(text)?.[1],
    ...names.flatMap(one => exported.filter(([, , of = '']) => one.test(of)).map(([, its]) => its)),
    ...[...text.matchAll(anywhere)].map(([comment]) => comment),
  ]
  const sentence = comments.map(firstSentence).find(one => one !== '')
  return sentence ?? title.exec(text)?.[2] ?? ''
}

/** @param {string} [comment] */
function firstSentence(comment = '') {
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
    const purpose = purposeOf(path, readFileSync(join(root, path), 'utf8'))
    console.log(`  ${basename(path).padEnd(28)} ${purpose}`.trimEnd())
  }
}

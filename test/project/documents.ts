// Helpers for tests of documents: they read documents and find links, options and programs in them.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './temporary.ts'

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name.startsWith('__') ? [] : filesBelow(path)
    return [path]
  })
}

const topLevel = readdirSync(root).filter(name => name.endsWith('.md'))
export const documents = [
  ...topLevel,
  ...['docs', 'examples', 'test'].flatMap(filesBelow).filter(path => path.endsWith('.md')),
].sort()
export const readmes = ['README.md', 'README.zh-CN.md']
export const servings = ['docs/serving.md', 'docs/serving.zh-CN.md']

/** Removes code from a text, because brackets in code are not links. */
export function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '').replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, 'code')
}

export function linksIn(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

/** The `--help` output of a command. */
export function usage(command: string): string {
  const args = [join(root, 'dist/cli/main.js'), command, '--help']
  return execFileSync(process.execPath, args, { encoding: 'utf8' })
}

export function optionsIn(text: string): string[] {
  return [...new Set(text.match(/--[a-z][a-z-]+/g))].sort()
}

/** The table cells of a document that name a command or an option. */
export function optionRows(document: string): string {
  return [...read(document).matchAll(/^\| `((?:epollet |--)[^`]+)` \|/gm)]
    .map(([, cell]) => cell)
    .join('\n')
}

/** The TypeScript programs of a document. */
export function blocksOf(document: string): string[] {
  return [...read(document).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
}

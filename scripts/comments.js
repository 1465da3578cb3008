// Finds sentences that read like a translation: with a clause as their subject ("Who sends it is asked", "What is left
// goes"), or without a subject ("Said once").
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const opening = /^(?:Who|Whoever|What|So many|Else|Said|That of|Those of|Nobody)\b/

/**
 * The comments of a source, each with the number of its first line. Consecutive // lines are one comment.
 *
 * @param {string} text
 * @param {'//' | '#'} mark of a comment to the end of the line
 * @returns {{ line: number, prose: string }[]}
 */
export function commentsOf(text, mark) {
  const start = new RegExp(`(?:^|[\\s{])(/\\*|${mark}(?=\\s))(.*)$`)
  /** @type {{ line: number, prose: string }[]} */
  const found = []
  let isBlock = false
  let isOpen = false
  for (const [index, line] of text.split('\n').entries()) {
    /** @type {(string | undefined)[] | null} */
    const comment = isBlock ? ['', '/*', line] : start.exec(line)
    const isWhole = isBlock || /^\s*(?:\/[/*]|#)/.test(line)
    const prose = (comment?.[2] ?? '')
      .replace(/\*\/.*$/, '')
      .replace(/^[\s*]+/, '')
      .trim()
    const isProse = prose !== '' && !prose.startsWith('@')
    const last = found.at(-1)
    if (isProse && isOpen && isWhole && last !== undefined) last.prose += ` ${prose}`
    else if (isProse) found.push({ line: index + 1, prose })
    isBlock = comment?.[1] === '/*' && !line.includes('*/')
    isOpen = isProse && isWhole && (isBlock || comment?.[1] === mark)
  }
  return found
}

/**
 * The paragraphs of a document, without its code.
 *
 * @param {string} text
 * @returns {{ line: number, prose: string }[]}
 */
export function paragraphsOf(text) {
  /** @type {{ line: number, prose: string }[]} */
  const found = []
  let isCode = false
  let isOpen = false
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*```/.test(line)) isCode = !isCode
    const prose = isCode ? '' : line.replace(/^\s*(?:[-*>]|\d+\.|#+)\s+/, '').trim()
    const isHeading = line.startsWith('#')
    const isNew = prose !== line.trim()
    const last = found.at(-1)
    if (prose === '' || line.startsWith('```')) isOpen = false
    else if (prose.startsWith('|'))
      for (const cell of prose.split('|')) found.push({ line: index + 1, prose: cell.trim() })
    else if (isOpen && !isNew && last !== undefined) last.prose += ` ${prose}`
    else {
      found.push({ line: index + 1, prose })
      isOpen = !isHeading
    }
  }
  return found
}

/** @param {string} prose */
export function sentencesOf(prose) {
  return prose.match(/[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?]?/g)?.map(text => text.trim()) ?? []
}

/**
 * @param {string} root of the project
 * @returns {string[]} the problems, one line each
 */
export function checkComments(root) {
  const folders = ['lib', 'native', 'scripts', 'test', 'examples', 'docs', '.']
  const files = folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map(name =>
      join(folder, name),
    ),
  )
  return files.flatMap(path => {
    const kind = /\.(?:([cm]?[jt]sx?|cc|h|c)|(py)|(md))$/.exec(path)
    if (kind === null || /(?:^|\/)(?:build|node_modules)\/|zh-CN/.test(path)) return []
    const text = readFileSync(join(root, path), 'utf8')
    const found = kind[3] ? paragraphsOf(text) : commentsOf(text, kind[2] ? '#' : '//')
    return found.flatMap(({ line, prose }) =>
      sentencesOf(prose)
        .filter(sentence => opening.test(sentence) && !sentence.endsWith('?'))
        .map(sentence => `${path}:${line}: begins with a clause or fragment: "${sentence}"`),
    )
  })
}

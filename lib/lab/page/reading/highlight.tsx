import type { JSX } from 'preact'

export type CodeLanguage = 'typescript' | 'python' | 'c' | 'shell' | 'text'

const keywords: Readonly<Record<CodeLanguage, string>> = {
  typescript:
    'as async await break case class const continue else export extends false finally for from function if import in instanceof interface let new null of readonly return static switch this throw true try type typeof undefined void while',
  python:
    'and as assert break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with',
  c: 'break case char const continue default do double else enum extern float for if int long return short signed sizeof static struct switch typedef union unsigned void while',
  shell: '',
  text: '',
}

// Each language has its own comments; strings, numbers and words are the same in all. An unterminated comment or string
// matches up to the end of its line or of the text: if it did not match, the search would try again at each character.
const hashed =
  /(?<c>#[^\n]*)|(?<s>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`[^`]*`?)|(?<n>\b\d[\w.]*)|(?<e>\bEPOLLET\b)|(?<w>[A-Za-z_]\w*)/gm
const parts: Readonly<Record<Exclude<CodeLanguage, 'text'>, RegExp>> = {
  typescript:
    /(?<c>\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?)|(?<s>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`[^`]*`?)|(?<n>\b\d[\w.]*)|(?<e>\bEPOLLET\b)|(?<w>[A-Za-z_]\w*)/gm,
  python: hashed,
  c: /(?<c>\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|^[ \t]*#[^\n]*)|(?<s>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`[^`]*`?)|(?<n>\b\d[\w.]*)|(?<e>\bEPOLLET\b)|(?<w>[A-Za-z_]\w*)/gm,
  shell: hashed,
}

/** Code with coloured comments, strings, numbers and keywords. */
export function Highlight({
  text,
  language,
}: {
  text: string
  language: CodeLanguage
}): JSX.Element {
  if (language === 'text') return <>{text}</>
  const known = new Set(keywords[language].split(' '))
  const shown: (string | JSX.Element)[] = []
  let end = 0
  for (const match of text.matchAll(parts[language])) {
    const found = Object.entries(match.groups!).find(([, value]) => value !== undefined)!
    const kind = found[0] === 'w' ? (known.has(match[0]) ? 'k' : '') : found[0]
    if (kind === '') continue
    shown.push(
      text.slice(end, match.index),
      <span key={match.index} class={kind}>
        {match[0]}
      </span>,
    )
    end = match.index + match[0].length
  }
  return (
    <>
      {shown}
      {text.slice(end)}
    </>
  )
}

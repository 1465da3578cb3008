import type { Part } from '../../scenario.ts'
import { edition } from '../asking/edition.ts'
import { Trouble } from '../asking/trouble.ts'
import { sandboxAddress } from '../route.ts'

/** An address that opens these operations in the sandbox. */
export function sharedAddress(text: string): string {
  const url = new URL(location.href)
  url.search = ''
  url.hash = sandboxAddress(text)
  return url.href
}

/** A command line for this reader. The server or the recording provides the command that runs epollet. */
export function commandLine(args: string): string {
  const found = edition.value
  const isKnown = found !== null && !(found instanceof Trouble)
  return `${isKnown ? found.command : 'epollet'} ${args}`
}

/** The part of a line before its comment; a `#` within quotes does not begin one. */
const beforeComment = /^(?:"(?:[^"\\]|\\.)*"|[^"#])*/

/** The command that runs these operations, quoted for a shell. */
export function commandOf(text: string): string {
  const operations = text
    .split('\n')
    .map(line => beforeComment.exec(line)![0].trim())
    .filter(line => line !== '')
    .join('; ')
  return commandLine(`lab run --ops '${operations.replaceAll("'", "'\\''")}'`)
}

export function commandOfExperiment(id: string, part: Part): string {
  return commandLine(`lab run ${part === 'fix' ? '--fix ' : ''}${id}`)
}

import type { JSX } from 'preact'
import type { Parsed } from '../../language/syntax.ts'
import { words } from '../words.ts'

/** The list of alternatives at the end of a message. It is cut off, because the editor already suggests them. */
const listOfAll = /; there are .*/

/** The mistakes in the text by line and column, updated while the reader types. */
export function MistakeList({ id, parsed }: { id: string; parsed: Parsed }): JSX.Element {
  const t = words.value
  if (!('problems' in parsed))
    return (
      <div id={id} class="mistakes soft" aria-live="polite">
        {t.noMistakes(parsed.operations.length)}
      </div>
    )
  const { problems } = parsed
  return (
    <div id={id} class="mistakes" aria-live="polite">
      <p>{t.mistakes(problems.length)}</p>
      <ul>
        {problems.map(({ line, column, message }) => (
          <li key={`${line}:${column}`}>
            <b>{t.at(line, column)}</b>
            {t.colon}
            <span lang="en">{message.replace(listOfAll, '')}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

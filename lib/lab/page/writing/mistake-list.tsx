import type { JSX } from 'preact'
import type { Parsed } from '../../language/syntax.ts'
import { words } from '../words.ts'

/** The editor offers what there is; a mistake need not list it. */
const listOfAll = /; there are .*/

/** What is wrong with a text, by line and column, while it is written. */
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

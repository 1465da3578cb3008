import type { JSX } from 'preact'
import { vocabulary } from '../../language/vocabulary.ts'
import { language } from '../language.ts'
import { words } from '../words.ts'

/** All operations with their usage and meaning. */
export function Vocabulary(): JSX.Element {
  return (
    <details class="vocabulary">
      <summary>{words.value.vocabulary}</summary>
      <dl>
        {Object.entries(vocabulary).map(([word, { usage, help }]) => (
          <div key={word}>
            <dt>
              <code>{usage}</code>
            </dt>
            <dd>{help[language.value]}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

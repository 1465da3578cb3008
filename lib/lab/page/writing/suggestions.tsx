import type { JSX } from 'preact'
import { words } from '../words.ts'
import type { Completion } from './completion.ts'

interface Props {
  readonly id: string
  readonly items: readonly Completion[]
  readonly chosen: number
  /** Of the word that is completed: its line from 1, its column from 0. */
  readonly place: { readonly line: number; readonly column: number }
  readonly onTake: (index: number) => void
}

/** What may stand here, below the word that is being written. */
export function Suggestions({ id, items, chosen, place, onTake }: Props): JSX.Element {
  const style = { '--line': place.line, '--column': place.column }
  return (
    <div
      id={id}
      class="suggestions"
      role="listbox"
      aria-label={words.value.suggestions}
      style={style}
    >
      {items.map(({ text, detail }, i) => (
        <div
          key={text}
          id={`${id}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === chosen}
          // Before the text area loses the focus.
          onMouseDown={event => {
            event.preventDefault()
            onTake(i)
          }}
        >
          <b>{text}</b>
          <span>{detail}</span>
        </div>
      ))}
    </div>
  )
}

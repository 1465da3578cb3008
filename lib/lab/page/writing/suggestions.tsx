import type { JSX } from 'preact'
import { words } from '../words.ts'
import type { Completion } from './completion.ts'

interface Props {
  readonly id: string
  readonly items: readonly Completion[]
  readonly chosen: number
  /** The position of the completed word: line from 1, column from 0. */
  readonly place: { readonly line: number; readonly column: number }
  readonly onTake: (index: number) => void
}

/** The suggestions, in a list below the current word. */
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
          // Not onClick, because the text area would lose the focus before the click.
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

import type { JSX } from 'preact'
import { useId, useRef } from 'preact/hooks'
import type { SyntaxProblem } from '../../language/syntax.ts'
import { words } from '../words.ts'
import { Marks } from './marks.tsx'
import { Suggestions } from './suggestions.tsx'
import { useCompletions } from './use-completions.ts'

interface Props {
  readonly text: string
  readonly problems: readonly SyntaxProblem[]
  /** The id of the element that lists the problems. */
  readonly describedBy: string
  readonly onText: (text: string) => void
  readonly onRun: () => void
}

/** An editor for operations, with line numbers, underlined mistakes and suggestions. */
export function Editor({ text, problems, describedBy, onText, onRun }: Props): JSX.Element {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const marks = useRef<HTMLPreElement>(null)
  const { completions, isOpen, chosen, close, suggest, take, uses } = useCompletions(area)
  const onKeyDown = (event: KeyboardEvent): void => {
    const runs = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
    if (runs) onRun()
    if (runs || uses(event)) event.preventDefault()
  }
  return (
    <div class="editor">
      <Marks text={text} problems={problems} element={marks} />
      <textarea
        ref={area}
        value={text}
        rows={Math.max(text.split('\n').length + 1, 10)}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        aria-label={words.value.editor}
        aria-invalid={problems.length > 0}
        aria-describedby={describedBy}
        aria-autocomplete="list"
        aria-controls={isOpen ? id : undefined}
        aria-activedescendant={isOpen ? `${id}-${chosen}` : undefined}
        onInput={event => {
          onText(event.currentTarget.value)
          suggest()
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
        onClick={close}
        onScroll={event => {
          marks.current!.style.transform = `translateX(${-event.currentTarget.scrollLeft}px)`
        }}
      />
      {isOpen && (
        <Suggestions
          id={id}
          items={completions.items}
          chosen={chosen}
          place={placeOf(text, completions.from)}
          onTake={take}
        />
      )}
    </div>
  )
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split('\n')
  return { line: lines.length, column: lines.at(-1)!.length }
}

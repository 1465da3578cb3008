import type { RefObject } from 'preact'
import { useState } from 'preact/hooks'
import { type Completions, completionsAt } from './completion.ts'

export interface Completing {
  readonly completions: Completions
  readonly isOpen: boolean
  readonly chosen: number
  readonly close: () => void
  /** @param isAsked whether to suggest even before a word has been begun */
  readonly suggest: (isAsked?: boolean) => void
  readonly take: (index: number) => void
  /** Handles a key; returns false if it does not control the suggestions. */
  readonly uses: (event: KeyboardEvent) => boolean
}

const none: Completions = { from: 0, items: [] }

/** The state of a text area's suggestions, and the keys that control it. */
export function useCompletions(element: RefObject<HTMLTextAreaElement | null>): Completing {
  const [completions, setCompletions] = useState(none)
  const [chosen, setChosen] = useState(0)
  const { from, items } = completions
  const isOpen = items.length > 0
  const close = (): void => setCompletions(none)
  const suggest = (isAsked = false): void => {
    const { value, selectionStart } = element.current!
    const found = completionsAt(value, selectionStart)
    setCompletions(isAsked || found.from < selectionStart ? found : none)
    setChosen(0)
  }
  const take = (index: number): void => {
    const item = items[index]
    if (item !== undefined) insert(element.current!, from, item.text)
    close()
  }
  const uses = ({ key, shiftKey, ctrlKey }: KeyboardEvent): boolean => {
    if (key === ' ' && ctrlKey) suggest(true)
    else if (!isOpen) return false
    else if (key === 'Escape') close()
    else if (key === 'Tab' && !shiftKey) take(chosen)
    else if (key === 'ArrowDown') setChosen((chosen + 1) % items.length)
    else if (key === 'ArrowUp') setChosen((chosen + items.length - 1) % items.length)
    else return false
    return true
  }
  return { completions, isOpen, chosen, close, suggest, take, uses }
}

/** Inserts text as if it were typed, so that undo works. */
function insert(area: HTMLTextAreaElement, from: number, text: string): void {
  area.setSelectionRange(from, area.selectionStart)
  // Only execCommand preserves the undo history of a text area.
  if (document.execCommand('insertText', false, text)) return
  area.setRangeText(text, from, area.selectionEnd, 'end')
  area.dispatchEvent(new Event('input', { bubbles: true }))
}

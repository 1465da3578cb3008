import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { words } from '../words.ts'

interface Props {
  readonly text: () => string
  readonly children: ComponentChildren
}

/** A button that copies a text, and shows whether that worked. */
export function CopyButton({ text, children }: Props): JSX.Element {
  const t = words.value
  const [said, setSaid] = useState('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text())
      setSaid(t.copied)
    } catch {
      setSaid(t.notCopied)
    }
    setTimeout(() => setSaid(''), 2500)
  }
  return (
    <span class="copy">
      <button type="button" onClick={() => void copy()}>
        {children}
      </button>
      <span role="status">{said}</span>
    </span>
  )
}

import type { JSX } from 'preact'
import { words } from '../words.ts'
import { CopyButton } from './copy-button.tsx'

/** A command line with a button that copies it. */
export function Command({ text }: { text: string }): JSX.Element {
  return (
    <div class="command">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <CopyButton text={() => text}>{words.value.copy}</CopyButton>
    </div>
  )
}

// A block of code in colour.
import type { JSX } from 'preact'
import { type CodeLanguage, Highlight } from './highlight.tsx'

interface Props {
  readonly text: string
  readonly language: CodeLanguage
  /** The file that contains these lines. */
  readonly from?: string | undefined
}

export function CodeBlock({ text, language, from }: Props): JSX.Element {
  return (
    <div class="code">
      {from !== undefined && (
        <p class="soft small">
          <code>{from}</code>
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre tabIndex={0}>
        <code>
          <Highlight text={text} language={language} />
        </code>
      </pre>
    </div>
  )
}

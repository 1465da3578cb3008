import type { JSX } from 'preact'
import { Command } from '../parts/command.tsx'
import { words } from '../words.ts'
import { commandLine, commandOf } from './share.ts'

/** How a reader of a recording gets an answer to operations that nobody has recorded. */
export function RunLive({ text }: { text: string }): JSX.Element {
  const t = words.value
  return (
    <div class="run-live">
      <p>{t.runLive}</p>
      <Command text={commandOf(text)} />
      <p>{t.runLiveWhole}</p>
      <Command text={commandLine('serve --lab')} />
    </div>
  )
}

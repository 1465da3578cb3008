import type { JSX } from 'preact'
import { Command } from '../parts/command.tsx'
import { commandLine, commandOf } from '../parts/share.ts'
import { words } from '../words.ts'

/** Explains to readers of a recording how to run operations that were not recorded. */
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

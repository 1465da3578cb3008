import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { edition, isRecorded } from '../asking/edition.ts'
import { TroubleNote } from '../asking/trouble-note.tsx'
import { Command } from '../parts/command.tsx'
import { commandOf } from '../parts/share.ts'
import { isNarrow } from '../picture/narrow.ts'
import { prefersStillness } from '../playing/pace.ts'
import { Player, type RecordKey } from '../playing/player.ts'
import { linesOfProgram } from '../playing/program.ts'
import { Stage } from '../playing/stage.tsx'
import { TranscriptList } from '../playing/transcript-list.tsx'
import { sandboxAddress } from '../route.ts'
import { words } from '../words.ts'

interface Props {
  readonly transcript: string
  readonly record: RecordKey
  /** False: shows no button yet. When it becomes true, the run starts. */
  readonly isWanted?: boolean
  /** Called when the last result is shown. */
  readonly onEnd?: () => void
  readonly children: ComponentChildren
}

/** Operations within a text, with a button that runs them in place. */
export function RunBlock({ transcript, record, isWanted, onEnd, children }: Props): JSX.Element {
  const t = words.value
  const player = useMemo(() => {
    // Operations within a text are run without questions.
    const lines = linesOfProgram(transcript).map(line => ({ ...line, asks: false }))
    return new Player(lines, record)
  }, [transcript])
  const [isRun, setRun] = useState(false)
  useEffect(() => () => player.close(), [player])
  const block = useRef<HTMLDivElement>(null)
  const isShown = player.steps.value.length > 0
  // The picture appears above the pressed button.
  useEffect(() => {
    if (isShown && block.current!.getBoundingClientRect().top < 0)
      block.current!.scrollIntoView({ behavior: prefersStillness() ? 'instant' : 'smooth' })
  }, [isShown])
  const run = (): void => {
    setRun(true)
    player.show(0)
    void player.run(player.lines.length, 'playing')
  }
  const cannotRun = isRecorded(edition.value) && record === null
  useEffect(() => {
    if (isWanted === true && !cannotRun) run()
  }, [isWanted])
  const isOver = cannotRun ? isWanted === true : player.shown.value === player.lines.length
  useEffect(() => {
    if (isOver) onEnd?.()
  }, [isOver])
  return (
    <div class="run-block" ref={block}>
      <div class="caption">{children}</div>
      {isShown && <Stage player={player} isBrief />}
      {!(isShown && isNarrow.value) && <TranscriptList {...player.view} asked={null} />}
      <TroubleNote trouble={player.trouble.value} onAgain={run} />
      {isWanted === false ? null : cannotRun ? (
        <Expected transcript={transcript} />
      ) : (
        <p class="ways">
          <button type="button" class={isRun ? '' : 'primary'} onClick={run}>
            {isRun ? t.runAgain : t.run}
          </button>
          {record?.isModule !== true && (
            <a class="button" href={sandboxAddress(transcript.trimStart())}>
              {t.openInSandbox}
            </a>
          )}
        </p>
      )}
    </div>
  )
}

/** Shown if nothing can run: the expected results, and the command that runs the operations. */
function Expected({ transcript }: { transcript: string }): JSX.Element {
  const t = words.value
  const lines = linesOfProgram(transcript)
  return (
    <>
      <p class="soft small">{t.referenceSays}</p>
      <ul class="differences">
        {lines.map(
          ({ text, expected }, i) =>
            expected !== null && (
              <li key={i}>
                <span class="number">{i + 1}</span> <code>{text}</code>{' '}
                <code class="outcome">{expected}</code>
              </li>
            ),
        )}
      </ul>
      <p class="small">{t.runLive}</p>
      <Command text={commandOf(lines.map(({ text }) => text).join('\n'))} />
    </>
  )
}

import type { JSX } from 'preact'
import { useEffect, useId, useMemo, useState } from 'preact/hooks'
import { parse } from '../../language/parse.ts'
import { edition, findEdition, isRecorded } from '../asking/edition.ts'
import type { Experiment } from '../asking/experiment.ts'
import { keep, recall } from '../asking/storage.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { sharedAddress } from '../parts/share.ts'
import { Player } from '../playing/player.ts'
import { lineOf } from '../playing/program.ts'
import { CodeTabs } from '../reading/code-tabs.tsx'
import { sandboxAddress } from '../route.ts'
import { Title } from '../title.tsx'
import { words } from '../words.ts'
import { Editor } from '../writing/editor.tsx'
import { MistakeList } from '../writing/mistake-list.tsx'
import { RunLive } from '../writing/run-live.tsx'
import { SandboxRun } from '../writing/sandbox-run.tsx'
import { Vocabulary } from '../writing/vocabulary-list.tsx'

interface Props {
  readonly experiments: readonly Experiment[]
  /** The operations in the address; null if there are none. */
  readonly text: string | null
}

interface Ran {
  readonly text: string
  readonly player: Player
}

const draft = 'draft'
const example = `pipe r w
ep L; add L r IN
ep E; add E r IN|ET
write w 5
wait L; wait E
read r 3
wait L; wait E
`

/** The page on which readers write and run their own operations. */
export function SandboxPage({ experiments, text: given }: Props): JSX.Element {
  const t = words.value
  const [text, setText] = useState(() => given ?? recall(draft) ?? example)
  const [ran, setRan] = useState<Ran | null>(null)
  useEffect(() => {
    if (given !== null) setText(given)
  }, [given])
  useEffect(() => () => ran?.player.close(), [ran])
  // Operations from a link run only when the reader starts them.
  useEffect(() => {
    if (given === null) findEdition().then(run, () => {})
  }, [])
  const parsed = useMemo(() => parse(text), [text])
  const problems = 'problems' in parsed ? parsed.problems : []
  const operations = 'operations' in parsed ? parsed.operations : []
  const list = useId()
  const write = (next: string): void => {
    setText(next)
    keep(draft, next)
  }
  const run = (): void => {
    if (operations.length === 0 || isRecorded(edition.value)) return
    if (given !== null || ran !== null) history.replaceState(null, '', sandboxAddress(text))
    const player = new Player(operations.map(lineOf), null)
    setRan({ text, player })
    void player.run(player.lines.length, 'playing')
  }
  return (
    <div class="sandbox">
      <div class="side">
        <Title>{t.sandboxTitle}</Title>
        <p class="soft">{t.sandboxLead}</p>
        <StartFrom experiments={experiments} onText={write} />
        <Editor {...{ text, problems }} describedBy={list} onText={write} onRun={run} />
        <MistakeList id={list} parsed={parsed} />
        {!isRecorded(edition.value) && (
          <p class="ways">
            <button type="button" class="primary" disabled={operations.length === 0} onClick={run}>
              {t.run}
            </button>
            <CopyButton text={() => sharedAddress(text)}>{t.share}</CopyButton>
          </p>
        )}
        <p class="soft small">
          {!isRecorded(edition.value) && t.editorRuns} {t.editorHelp}
        </p>
        <Vocabulary />
      </div>
      <div class="main">
        {isRecorded(edition.value) && (
          <>
            <RunLive text={text} />
            {problems.length === 0 && <CodeTabs lines={operations.map(lineOf)} />}
          </>
        )}
        {ran === null && !isRecorded(edition.value) && <p class="invitation">{t.invitation}</p>}
        {ran !== null && (
          <SandboxRun player={ran.player} isEdited={ran.text !== text} onAgain={run} />
        )}
      </div>
    </div>
  )
}

interface StartProps {
  readonly experiments: readonly Experiment[]
  readonly onText: (text: string) => void
}

function StartFrom({ experiments, onText }: StartProps): JSX.Element {
  const t = words.value
  const those = experiments.filter(({ module }) => module === undefined)
  return (
    <label class="start">
      {t.startFrom}
      <select
        value=""
        onChange={event => {
          const found = those.find(({ id }) => id === event.currentTarget.value)
          if (found !== undefined) onText(found.transcript.trimStart())
        }}
      >
        <option value="">{t.ownText}</option>
        {those.map(({ id, number, title }) => (
          <option key={id} value={id}>
            {number} · {title}
          </option>
        ))}
      </select>
    </label>
  )
}

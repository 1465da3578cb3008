// A myth as a quiz: the reader says whether to believe it, the kernel runs the operations, then the truth opens.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Said, Section } from '../../prose/prose.ts'
import { words } from '../words.ts'
import { ProseBlock, type ProseProps } from './prose-block.tsx'
import { ProseLine } from './prose-line.tsx'
import { RunBlock } from './run-block.tsx'

interface Props extends Omit<ProseProps, 'block'> {
  readonly blocks: Said<Section>['blocks']
}

/** Shows the blocks after the run only when the run is over. */
export function Myth({ blocks, ...rest }: Props): JSX.Element {
  const t = words.value.myth
  const [isBelieved, setBelieved] = useState<boolean | null>(null)
  const [isOver, setOver] = useState(false)
  const at = blocks.findIndex(({ kind }) => kind === 'run')
  const run = blocks[at]
  const choice = (believes: boolean, label: string): JSX.Element => (
    <button
      type="button"
      aria-pressed={isBelieved === null ? undefined : isBelieved === believes}
      disabled={isBelieved !== null}
      onClick={() => setBelieved(believes)}
    >
      {label}
    </button>
  )
  return (
    <>
      {blocks.slice(0, at).map((block, i) => (
        <ProseBlock key={i} block={block} {...rest} />
      ))}
      <p class="ways ask">
        {choice(true, t.believe)}
        {choice(false, t.doubt)}
      </p>
      {run?.kind === 'run' && (
        <RunBlock
          transcript={run.transcript}
          record={null}
          isWanted={isBelieved !== null}
          onEnd={() => setOver(true)}
        >
          <p>
            <ProseLine text={run.caption} />
          </p>
        </RunBlock>
      )}
      <div aria-live="polite">
        {isOver && (
          <>
            <p class={isBelieved === true ? 'verdict surprise' : 'verdict right'}>
              {isBelieved === true ? t.surprise : t.right}
            </p>
            {blocks.slice(at + 1).map((block, i) => (
              <ProseBlock key={i} block={block} {...rest} />
            ))}
          </>
        )}
      </div>
    </>
  )
}

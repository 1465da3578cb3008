import type { JSX } from 'preact'
import type { Block, Drawing, Prose, Said } from '../../prose/prose.ts'
import { type Experiment, partText } from '../asking/experiment.ts'
import { experimentAddress } from '../route.ts'
import { words } from '../words.ts'
import { CodeBlock } from './code-block.tsx'
import { ProseLine } from './prose-line.tsx'
import { RunBlock } from './run-block.tsx'

export interface ProseProps {
  readonly block: Said<Block>
  readonly experiments: readonly Experiment[]
  readonly drawings: Said<Prose>['drawings']
}

/** One block of a page. */
export function ProseBlock({ block, experiments, drawings }: ProseProps): JSX.Element | null {
  switch (block.kind) {
    case 'paragraph':
      return <Paragraph block={block} />
    case 'list': {
      const items = block.items.map((item, i) => (
        <li key={i}>
          <ProseLine text={item} />
        </li>
      ))
      return block.ordered === true ? <ol>{items}</ol> : <ul>{items}</ul>
    }
    case 'code':
      return <CodeBlock text={block.text} language={block.language} from={block.from} />
    case 'experiment':
      return <Led block={block} experiments={experiments} />
    case 'run':
      return (
        <RunBlock transcript={block.transcript} record={null}>
          <p>
            <ProseLine text={block.caption} />
          </p>
        </RunBlock>
      )
    default: {
      const drawing = drawings[block.name]
      return drawing === undefined ? null : <Drawn drawing={drawing} />
    }
  }
}

type Of<Kind> = Extract<Said<Block>, { readonly kind: Kind }>

function Paragraph({ block: { text, role } }: { block: Of<'paragraph'> }): JSX.Element {
  const paragraph = (
    <p>
      <ProseLine text={text} />
    </p>
  )
  if (role === undefined) return paragraph
  return (
    <div class={`role ${role}`}>
      <p class="label">{words.value.roles[role]}</p>
      {paragraph}
    </div>
  )
}

interface LedProps {
  readonly block: Of<'experiment'>
  readonly experiments: readonly Experiment[]
}

/** An experiment within a text: it links to its own page, and can be run here. */
function Led({ block: { id, part, caption }, experiments }: LedProps): JSX.Element | null {
  const t = words.value
  const experiment = experiments.find(one => one.id === id)
  if (experiment === undefined) return null
  const record = { id, part, isModule: experiment.module !== undefined }
  return (
    <RunBlock transcript={partText(experiment, part)} record={record}>
      <p>
        <a href={experimentAddress(id, part)}>
          {part === 'fix' ? t.fixedTitle(experiment.title) : experiment.title}
        </a>
      </p>
      <p>
        <ProseLine text={caption} />
      </p>
    </RunBlock>
  )
}

function Drawn({ drawing: { svg, caption } }: { drawing: Said<Drawing> }): JSX.Element {
  return (
    <figure class="drawing">
      {/* Trusted: the drawings are part of lib/lab/prose. */}
      <div dangerouslySetInnerHTML={{ __html: svg }} />
      <figcaption>
        <ProseLine text={caption} />
      </figcaption>
    </figure>
  )
}

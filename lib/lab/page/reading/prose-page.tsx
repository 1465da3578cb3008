import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Page, Prose, Said, Section } from '../../prose/prose.ts'
import type { Experiment } from '../asking/experiment.ts'
import { proseTexts } from '../asking/load.ts'
import { Trouble } from '../asking/trouble.ts'
import { TroubleNote } from '../asking/trouble-note.tsx'
import { language } from '../language.ts'
import { Title } from '../title.tsx'
import { words } from '../words.ts'
import { Myth } from './myth.tsx'
import { ProseBlock } from './prose-block.tsx'
import { ProseLine } from './prose-line.tsx'

interface Props {
  readonly id: Page['id']
  readonly section: string | null
  readonly experiments: readonly Experiment[]
}

/** A page of text, with experiments between the paragraphs. */
export function ProsePage({ id, section, experiments }: Props): JSX.Element {
  const found = proseTexts.in(language.value).value
  const last = useRef<Said<Prose> | null>(null)
  if (found !== null && !(found instanceof Trouble)) last.current = found
  const texts = found ?? last.current
  if (texts === null) return <p class="loading soft">{words.value.loading}</p>
  if (texts instanceof Trouble)
    return <TroubleNote trouble={texts} onAgain={() => proseTexts.again(language.value)} />
  const page = texts.pages.find(one => one.id === id)
  if (page === undefined) return <Title>{words.value.missingPage}</Title>
  return <Sections key={id} {...{ page, section, experiments }} drawings={texts.drawings} />
}

interface SectionsProps extends Omit<Props, 'id'> {
  readonly page: Said<Page>
  readonly drawings: Said<Prose>['drawings']
}

function Sections({ page, section, experiments, drawings }: SectionsProps): JSX.Element {
  useEffect(() => {
    const heading = section === null ? null : document.getElementById(section)
    if (heading === null) return
    heading.scrollIntoView()
    heading.focus({ preventScroll: true })
  }, [section, page])
  return (
    <div class="prose-page">
      <div class="hero small">
        <Title>{page.title}</Title>
        <p>
          <ProseLine text={page.lead} />
        </p>
      </div>
      <div class="columns">
        <nav class="contents" aria-label={words.value.contents}>
          <ol>
            {page.sections.map(one => (
              <li key={one.id}>
                <a href={`#/${page.id}/${one.id}`}>
                  <Heading section={one} />
                </a>
              </li>
            ))}
          </ol>
        </nav>
        <div>
          {page.sections.map(one => (
            <section key={one.id} aria-labelledby={one.id}>
              <h2 id={one.id} tabIndex={-1}>
                <Heading section={one} />
              </h2>
              {one.said === true ? (
                <Myth blocks={one.blocks} {...{ experiments, drawings }} />
              ) : (
                one.blocks.map((block, i) => (
                  <ProseBlock key={i} {...{ block, experiments, drawings }} />
                ))
              )}
            </section>
          ))}
        </div>
      </div>
    </div>
  )
}

function Heading({ section: { heading, said } }: { section: Said<Section> }): JSX.Element {
  return <>{said === true ? words.value.quoted(heading) : heading}</>
}

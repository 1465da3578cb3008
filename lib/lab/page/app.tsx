// The lab's page as a whole: the header, and the view that the address names.
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { type Experiment, inCourse } from './asking/experiment.ts'
import { experimentTexts } from './asking/load.ts'
import { Trouble } from './asking/trouble.ts'
import { TroubleNote } from './asking/trouble-note.tsx'
import { Header } from './header.tsx'
import { language } from './language.ts'
import { CoursePage } from './pages/course-page.tsx'
import { ExperimentPage } from './pages/experiment-page.tsx'
import { ExperimentsPage } from './pages/experiments-page.tsx'
import { SandboxPage } from './pages/sandbox-page.tsx'
import { lazy } from './parts/lazy.tsx'
import { ProsePage } from './reading/prose-page.tsx'
import { route } from './route.ts'
import { Title } from './title.tsx'
import { words } from './words.ts'
import { XrayPage } from './xray/xray-page.tsx'

const StartPage = lazy(async () => (await import('./pages/start/start-page.tsx')).StartPage)
const DonePage = lazy(async () => (await import('./pages/done/done-page.tsx')).DonePage)

export function App(): JSX.Element {
  const t = words.value
  return (
    <>
      {/* A button, because a link would change the fragment, which holds the route. */}
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {t.skip}
      </button>
      <Header />
      <main id="main" tabIndex={-1}>
        <Page />
      </main>
    </>
  )
}

function Page(): JSX.Element {
  const found = experimentTexts.in(language.value).value
  const last = useRef<readonly Experiment[] | null>(null)
  if (found !== null && !(found instanceof Trouble)) last.current = found
  // The previous language stays on screen while another one is being fetched.
  const experiments = found ?? last.current
  if (experiments === null) return <p class="loading soft">{words.value.loading}</p>
  if (experiments instanceof Trouble)
    return (
      <TroubleNote trouble={experiments} onAgain={() => experimentTexts.again(language.value)} />
    )
  return <Routed experiments={experiments} />
}

function Routed({ experiments }: { experiments: readonly Experiment[] }): JSX.Element {
  const here = route.value
  switch (here.page) {
    case 'course':
      return <CoursePage experiments={experiments} />
    case 'start':
      return <StartPage first={inCourse(experiments)[0]} />
    case 'done':
      return <DonePage experiments={inCourse(experiments)} />
    case 'experiments':
      return <ExperimentsPage experiments={experiments} />
    case 'sandbox':
      return <SandboxPage experiments={experiments} text={here.text} />
    case 'xray':
      return <XrayPage />
    case 'myths':
    case 'inside':
    case 'tutorial':
      return <ProsePage id={here.page} section={here.section} experiments={experiments} />
    case 'experiment': {
      const experiment = experiments.find(one => isNamed(one, here.id))
      if (experiment !== undefined)
        return <ExperimentPage part={here.part} {...{ experiment, experiments }} />
      return <Missing />
    }
    default:
      return <Missing />
  }
}

/** Whether an address means this experiment, by its id or its number. */
function isNamed({ id, number }: Experiment, name: string): boolean {
  return id === name || String(number) === name
}

function Missing(): JSX.Element {
  const t = words.value
  return (
    <>
      <Title>{t.missingPage}</Title>
      <p>
        <a href="#/">{t.toCourse}</a>
      </p>
    </>
  )
}

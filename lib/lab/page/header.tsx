// The header of the page: links to its parts, the language, and whether answers are live.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { course } from '../course.ts'
import { edition } from './asking/edition.ts'
import { experimentTexts } from './asking/load.ts'
import { Trouble } from './asking/trouble.ts'
import { dayOf } from './day.ts'
import { language, setLanguage } from './language.ts'
import { type Route, route } from './route.ts'
import { words } from './words.ts'
import type { Words } from './words-en.ts'

type PageName = keyof Words['pages']

const addresses: readonly (readonly [PageName, string])[] = [
  ['course', '#/'],
  ['experiments', '#/experiments'],
  ['sandbox', '#/sandbox'],
  ['tutorial', '#/tutorial'],
  ['myths', '#/myths'],
  ['inside', '#/inside'],
  ['xray', '#/xray'],
]

export function Header(): JSX.Element {
  const t = words.value
  const here = pageOf(route.value)
  const other = language.value === 'en' ? 'zh' : 'en'
  const bar = useRef<HTMLElement>(null)
  // There is no room for all links on a phone.
  useEffect(() => scrollToCurrent(bar.current!), [here, other])
  return (
    <header>
      <a class="wordmark" href="#/" aria-label={t.home}>
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <path class="level" d="M4 25H12M20 7H28" />
          <path class="edge" d="M16 25V7" />
        </svg>
        epollet <span>lab</span>
      </a>
      <nav ref={bar} aria-label={t.navigation}>
        <ul>
          {addresses.map(([page, address]) => (
            <li key={page}>
              <a href={address} aria-current={page === here ? 'page' : undefined}>
                {t.pages[page]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Badge />
      <button
        type="button"
        class="language"
        lang={other === 'zh' ? 'zh-Hans' : 'en'}
        onClick={() => setLanguage(other)}
      >
        {t.otherLanguage}
      </button>
    </header>
  )
}

function scrollToCurrent(bar: HTMLElement): void {
  const current = bar.querySelector('[aria-current]')?.getBoundingClientRect()
  if (current === undefined) return
  const { left, width } = bar.getBoundingClientRect()
  bar.scrollLeft += current.left + current.width / 2 - left - width / 2
}

function pageOf(here: Route): PageName | null {
  if (here.page === 'experiment') return isInCourse(here.id) ? 'course' : 'experiments'
  if (here.page === 'start' || here.page === 'done') return 'course'
  return here.page === 'missing' ? null : here.page
}

function isInCourse(id: string): boolean {
  const found = experimentTexts.in(language.value).value
  if (found === null || found instanceof Trouble) return false
  return found.some(one => [one.id, String(one.number)].includes(id) && course.includes(one.number))
}

/** Shows whether the answers are live or recorded. */
function Badge(): JSX.Element | null {
  const t = words.value
  const found = edition.value
  if (found === null) return null
  if (found instanceof Trouble) return <p class="badge none">{t.noAnswerer}</p>
  return found.edition === 'live' ? (
    <p class="badge live">
      <b>{t.live}</b> {t.liveBadge(found.kernel, found.pid)}
    </p>
  ) : (
    <p class="badge recorded">
      <b>{t.recorded}</b> {t.recordedBadge(found.kernel, dayOf(found.date, language.value))}
    </p>
  )
}

import { type ReadonlySignal, signal } from '@preact/signals'
import type { Part } from '../scenario.ts'

/** The current page and its parameters. They are stored in the fragment, so the lab works under any path. */
export type Route =
  | { readonly page: 'course' | 'start' | 'done' | 'experiments' | 'xray' | 'missing' }
  | { readonly page: 'myths' | 'inside' | 'tutorial'; readonly section: string | null }
  | { readonly page: 'experiment'; readonly id: string; readonly part: Part }
  | { readonly page: 'sandbox'; readonly text: string | null }

const prosePages = ['myths', 'inside', 'tutorial'] as const

export function routeOf(fragment: string): Route {
  const [page = '', ...rest] = fragment.replace(/^#?\/?/, '').split('/')
  const [second = ''] = rest
  if (page === '') return { page: 'course' }
  if (page === 'experiments' || page === 'xray') return { page }
  if (page === 'e' && second !== '')
    return {
      page: 'experiment',
      id: second.replace(/^0+(?=\d)/, ''),
      part: rest[1] === 'fix' ? 'fix' : 'transcript',
    }
  if (page === 'sandbox') return { page, text: decoded(rest.join('/')) }
  if (page === 'start' || page === 'done') return { page }
  const prose = prosePages.find(one => one === page)
  if (prose !== undefined) return { page: prose, section: second === '' ? null : second }
  return { page: 'missing' }
}

/** Decodes text from an address; an address may have been cut short. */
function decoded(text: string): string | null {
  if (text === '') return null
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function experimentAddress(id: string, part: Part = 'transcript'): string {
  return part === 'fix' ? `#/e/${id}/fix` : `#/e/${id}`
}

export function sandboxAddress(text: string): string {
  return `#/sandbox/${encodeURIComponent(text)}`
}

/** The route with which the page was opened. */
export const firstRoute: Route = routeOf(location.hash)
const current = signal<Route>(firstRoute)
addEventListener('hashchange', () => {
  current.value = routeOf(location.hash)
})

export const route: ReadonlySignal<Route> = current

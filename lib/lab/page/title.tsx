import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { firstRoute, route } from './route.ts'

/** The scroll position of each address, to which Back returns. */
const places = new Map<string, number>()
let isByLink = false
addEventListener('scroll', () => places.set(location.hash, scrollY), { passive: true })
addEventListener(
  'click',
  ({ target }) => {
    if (target instanceof Element && target.closest('a') !== null) isByLink = true
  },
  true,
)

/** The page's heading. It takes the focus when the route changes, as if a new page had been loaded. */
export function Title({ children }: { children: ComponentChildren }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${heading.current?.textContent?.replaceAll('\n', ' ') ?? ''} · epollet lab`
  })
  const here = route.value
  // Before the next scroll event, which would overwrite the place.
  useLayoutEffect(() => {
    if (here === firstRoute && !isByLink) return
    scrollTo(0, isByLink ? 0 : (places.get(location.hash) ?? 0))
    isByLink = false
    heading.current?.focus({ preventScroll: true })
  }, [here])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}

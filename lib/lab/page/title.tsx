import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { firstRoute, route } from './route.ts'

/** The page's heading. It takes the focus when the route changes, as if a new page had been loaded. */
export function Title({ children }: { children: ComponentChildren }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${heading.current?.textContent?.replaceAll('\n', ' ') ?? ''} · epollet lab`
  })
  const here = route.value
  useEffect(() => {
    if (here === firstRoute) return
    scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [here])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}

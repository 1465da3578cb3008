import { type ReadonlySignal, signal } from '@preact/signals'
import type { ComponentType, JSX } from 'preact'
import { Trouble } from '../asking/trouble.ts'
import { TroubleNote } from '../asking/trouble-note.tsx'
import { words } from '../words.ts'

type Loaded<P> = { readonly View: ComponentType<P> } | Trouble | null

/** A view whose script is fetched when it is first shown, so that the first view of the page stays small. */
export function lazy<P extends object>(
  fetchView: () => Promise<ComponentType<P>>,
): (props: P) => JSX.Element {
  const loaded = signal<Loaded<P>>(null)
  let isAsked = false
  const load = async (): Promise<void> => {
    isAsked = true
    loaded.value = null
    try {
      loaded.value = { View: await fetchView() }
    } catch {
      loaded.value = new Trouble('gone')
    }
  }
  return props => {
    if (!isAsked) void load()
    return <Loading loaded={loaded} onAgain={() => void load()} {...{ props }} />
  }
}

interface Props<P> {
  readonly loaded: ReadonlySignal<Loaded<P>>
  readonly props: P
  readonly onAgain: () => void
}

function Loading<P extends object>({ loaded, props, onAgain }: Props<P>): JSX.Element {
  const found = loaded.value
  if (found === null) return <p class="loading soft">{words.value.loading}</p>
  if (found instanceof Trouble) return <TroubleNote trouble={found} onAgain={onAgain} />
  return <found.View {...props} />
}

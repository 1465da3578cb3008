import { type ReadonlySignal, signal } from '@preact/signals'

const query = matchMedia('(max-width: 44rem)')
const current = signal(query.matches)
query.addEventListener('change', () => {
  current.value = query.matches
})

/** Whether the window is so narrow that time runs downwards, as on a phone. */
export const isNarrow: ReadonlySignal<boolean> = current

import type { Item } from './item.ts'
import { compare } from './measure/session.ts'
import { accept } from './studies/accept.ts'
import { memory } from './studies/memory.ts'
import { outside } from './studies/outside.ts'
import { wakeLatency } from './studies/wake-latency.ts'
import { type Comparison, comparisons } from './workloads.ts'

export function itemOf(comparison: Comparison): Item {
  const { id, title, quick, descriptors } = comparison
  return {
    id,
    title,
    quick,
    descriptors,
    steps: ({ processes }) => processes,
    measure: async context => ({
      comparisons: [await compare(comparison, context)],
      figures: [],
    }),
  }
}

/** All items of `epollet bench`, in order. */
export const items: readonly Item[] = [
  ...comparisons.map(itemOf),
  wakeLatency,
  memory,
  accept,
  outside,
]

import type { Reading, State } from './record.ts'

/**
 * The part of a state that a learner may see before the last answer: numbers, levels and bytes of the descriptors.
 * Edges, interest lists and ready lists would give answers away.
 */
export function premiseOf({ descriptors }: State): State {
  return {
    descriptors: descriptors.map(one => ({ ...one, edges: null })),
    epolls: [],
    isPremise: true,
  }
}

export function premiseOfReading(reading: Reading): Reading {
  return 'state' in reading ? { state: premiseOf(reading.state) } : reading
}

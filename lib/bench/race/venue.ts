import type { Load } from './load.ts'
import { type Placement, placementHere } from './placement.ts'
import { startRespondent } from './respondent.ts'
import { makeSite, type Site } from './site.ts'

/** The environment of a race: the site, the load generator and the processors. */
export interface Venue {
  readonly site: Site
  readonly load: Load
  readonly placement: Placement
  readonly signal: AbortSignal
}

/** Sets up a venue, and removes it when `use` has finished or failed. */
export async function inVenue<T>(
  signal: AbortSignal,
  use: (venue: Venue) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const placement = placementHere()
  const site = makeSite()
  try {
    const load: Load = startRespondent('load-process.js', placement, signal)
    try {
      return await use({ site, load, placement, signal })
    } finally {
      await load.stop()
    }
  } finally {
    site.remove()
  }
}

import { type Load, startLoad } from './load.ts'
import { type Placement, placementHere } from './placement.ts'
import { makeSite, type Site } from './site.ts'

/** Where servers race: a site, somebody who asks, processors. */
export interface Venue {
  readonly site: Site
  readonly load: Load
  readonly placement: Placement
  readonly signal: AbortSignal
}

/** Nothing of it is left when this returns or throws. */
export async function inVenue<T>(
  signal: AbortSignal,
  use: (venue: Venue) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const placement = placementHere()
  const site = makeSite()
  try {
    const load = startLoad(placement, signal)
    try {
      return await use({ site, load, placement, signal })
    } finally {
      await load.stop()
    }
  } finally {
    site.remove()
  }
}

import { fileText } from '../../sys/index.ts'
import type { Context, Findings, Item } from '../item.ts'
import { type Contestant, epollet, nginx, nodeHttp, peers } from './contestants.ts'
import type { Times } from './entrant.ts'
import { latency } from './latency.ts'
import { type Lineup, lineupOf, notesOf } from './lineup.ts'
import { race } from './race.ts'
import { startUps } from './start-ups.ts'
import { inVenue, type Venue } from './venue.ts'
import { connections, connectionsMaxOf, raceNames, small, works } from './works.ts'

/** The options of a race. */
export interface RaceOptions extends Pick<Times, 'warmUpMs' | 'othersWarmUpMs'> {
  readonly peers: readonly Contestant[]
  /** The least number of requests at each rate; the highest percentile needs this many. */
  readonly latencyCountMin: number
}

export const raceDefaults: RaceOptions = {
  peers,
  warmUpMs: 1500,
  othersWarmUpMs: 300,
  latencyCountMin: 5000,
}

/**
 * The items with these names, in the order of `raceNames`. Only the notes of the first describe the servers and the
 * load.
 */
export function raceItems(names: readonly string[], options: RaceOptions = raceDefaults): Item[] {
  const chosen = raceNames.filter(name => names.includes(name))
  return chosen.map((name, i) => item(name, i === 0, options))
}

type Run = (lineup: Lineup, venue: Venue, times: Times, context: Context) => Promise<Findings>

function item(name: string, isFirst: boolean, options: RaceOptions): Item {
  const work = works.find(({ id }) => id === name)
  const run: Run = (lineup, venue, times, context) => {
    if (work !== undefined) return race(work, lineup, times, venue, context)
    if (name === 'servers') return startUps(lineup, venue, context)
    return latency(lineup, times, options.latencyCountMin, venue, context)
  }
  return {
    id: `serve/${name}`,
    title: work?.title ?? (name === 'servers' ? 'servers as they start' : 'latency at fixed rates'),
    quick: true,
    // lighttpd reserves two descriptors per connection.
    descriptors: 2 * connectionsMaxOf(work ?? small),
    steps: ({ processes }) => processes,
    measure: context =>
      inVenue(context.signal, async venue => {
        const lineup = lineupOf(epollet, contestantsOf(name, options), work?.logged)
        const { warmUpMs, othersWarmUpMs } = options
        const times = { warmUpMs, othersWarmUpMs, blockMs: context.sizes.blockMs }
        const findings = await run(lineup, venue, times, context)
        return isFirst ? withNotes(findings, lineup, venue) : findings
      }),
  }
}

/** The floor is not part of `servers`, because its memory and start-up time are those of Node. */
function contestantsOf(name: string, { peers }: RaceOptions): readonly Contestant[] {
  if (name === 'latency') return [nodeHttp, ...peers.filter(({ id }) => id === nginx.id)]
  return name === 'servers' ? peers.filter(({ id }) => id !== 'floor') : peers
}

/**
 * Congestion control determines how much of the CPU time for a large file is charged to the server, and how much to the
 * client.
 */
function congestion(): string[] {
  const name = fileText('/proc/sys/net/ipv4/tcp_congestion_control').trim()
  return name === '' ? [] : [`the congestion control of TCP is ${name}`]
}

function withNotes({ comparisons, figures }: Findings, lineup: Lineup, venue: Venue): Findings {
  const [first, ...rest] = figures
  if (first === undefined) return { comparisons, figures }
  const load = `${connections} connections, opened anew for each block and kept open but in serve/close; idle ones last as long as the server; the page of a 404 is each server’s own`
  const notes = [...first.notes, load, venue.placement.note, ...congestion(), ...notesOf(lineup)]
  return { comparisons, figures: [{ ...first, notes }, ...rest] }
}

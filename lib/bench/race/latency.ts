import type { Context, Findings } from '../item.ts'
import { figureOfSamples } from '../result/figure-table.ts'
import type { FigureTable } from '../result/result.ts'
import { shuffled } from '../statistics/random.ts'
import { median, percentiles } from '../statistics/statistics.ts'
import { accountOf, spent } from './account.ts'
import { type Entrant, enter, type Times } from './entrant.ts'
import { isRacing, type Lineup, runOrLeaveOut } from './lineup.ts'
import type { Venue } from './venue.ts'
import { small } from './works.ts'

export const percents: readonly number[] = [10, 30, 50, 70, 90]
const nsPerMs = 1e6
const msPerSecond = 1000
const nsPerSecond = 1e9
/** The number of blocks at each rate. */
const blocks = 4
/** A server that answers less than this share of a rate does not hold it: its latencies only grow with the duration. */
const heldShare = 0.98

interface Taken {
  readonly contestant: string
  readonly percent: number
  readonly latenciesMs: readonly number[]
  readonly cpuNs: number
  /** The answers per second if the rate was not held; null if it was. */
  readonly most: number | null
}

/** Latency and CPU time at fixed rates. @param countMin the least number of requests at each rate */
export async function latency(
  lineup: Lineup,
  times: Times,
  countMin: number,
  venue: Venue,
  { sizes, random, onStep }: Context,
): Promise<Findings> {
  const taken: Taken[] = []
  let most: number | null = null
  for (let i = 0; i < sizes.processes; i++) {
    const entrants: Entrant[] = []
    try {
      for (const one of [lineup.own, ...lineup.others]) {
        const entrant = await runOrLeaveOut(lineup, one, () =>
          enter(one, one.id, small, venue, times),
        )
        if (entrant !== null) entrants.push(entrant)
      }
      // The speed of the first process of our server determines the rates for all servers.
      most ??= await mostOf(entrants[0]!, venue)
      for (const percent of shuffled(percents, random)) {
        const rate = (most * percent) / 100
        const inTime = Math.round((rate * blocks * times.blockMs) / msPerSecond)
        const asked = { percent, rate, count: Math.max(countMin, inTime) }
        for (const one of shuffled(entrants, random)) {
          const { contestant } = one.server
          if (!isRacing(lineup, contestant)) continue
          const at = await runOrLeaveOut(lineup, contestant, () => takenAt(one, asked, venue))
          if (at !== null) taken.push(at)
        }
      }
    } finally {
      await Promise.all(entrants.map(one => one.stop()))
    }
    onStep()
  }
  return { comparisons: [], figures: tables(taken, lineup, most ?? 0) }
}

/** The answers per second at full speed. */
async function mostOf({ task }: Entrant, { load }: Venue): Promise<number> {
  const rates: number[] = []
  while (rates.length < 3) rates.push((nsPerSecond * task.count) / (await load.ask(task)).wallNs)
  return median(rates)
}

async function takenAt(
  { name, server, task }: Entrant,
  { percent, rate, count }: { percent: number; rate: number; count: number },
  { load }: Venue,
): Promise<Taken> {
  const before = await accountOf(server.pid)
  const intervalNs = Math.round(nsPerSecond / rate)
  const { latenciesNs, wallNs } = await load.ask({ ...task, count, intervalNs })
  const answered = (nsPerSecond * count) / wallNs
  const { cpuNs } = spent(before, await accountOf(server.pid))
  return {
    contestant: name,
    percent,
    latenciesMs: latenciesNs.map(ns => ns / nsPerMs),
    cpuNs: cpuNs / count,
    most: answered < heldShare * rate ? answered : null,
  }
}

function tables(taken: readonly Taken[], { own, others }: Lineup, most: number): FigureTable[] {
  const contestants = [own, ...others]
  const at = (id: string, percent: number): Taken[] =>
    taken.filter(one => one.contestant === id && one.percent === percent)
  /** The runs that held the rate; none unless more than half of them did. */
  const held = (id: string, percent: number): Taken[] => {
    const all = at(id, percent)
    const those = all.filter(({ most }) => most === null)
    return 2 * those.length > all.length ? those : []
  }
  const overloads = (percent: number): string[] =>
    contestants.flatMap(({ id, title }) => {
      const rates = at(id, percent).flatMap(({ most }) => most ?? [])
      const of = `${rates.length} of ${at(id, percent).length} times`
      if (rates.length === 0) return []
      return `${title} did not hold this rate ${of}: ${Math.round(median(rates))} a second`
    })
  const rateText = (percent: number): string => `${Math.round((most * percent) / 100)} a second`
  const latencies = percents.map(percent => ({
    id: `serve/latency/${percent}`,
    title: `how long an answer takes at ${percent} % of what epollet serve can do`,
    unit: 'ms',
    columns: percentiles,
    rows: contestants.map(({ id, title }) => ({
      title,
      figures: percentiles.map((_, i) =>
        figureOfSamples(held(id, percent).map(({ latenciesMs }) => latenciesMs[i]!)),
      ),
    })),
    notes: [
      `${rateText(percent)}; latency counts from when a request was due, not from when it was sent`,
      ...overloads(percent),
    ],
  }))
  const rates = {
    id: 'serve/rates',
    title: 'CPU time of an answer, by the rate',
    unit: 'ns',
    columns: percents.map(percent => `${percent} %`),
    rows: contestants.map(({ id, title }) => ({
      title,
      figures: percents.map(percent =>
        figureOfSamples(held(id, percent).map(({ cpuNs }) => cpuNs)),
      ),
    })),
    notes: [`100 % is ${rateText(100)}`],
  }
  return [...latencies, rates]
}

import type { Context, Findings } from '../item.ts'
import { figureOfSamples, mixedUnits } from '../result/figure-table.ts'
import { shuffled } from '../statistics/random.ts'
import { residentBytes } from './account.ts'
import type { Contestant } from './contestants.ts'
import { type Lineup, runOrLeaveOut } from './lineup.ts'
import { startServer } from './server.ts'
import type { Venue } from './venue.ts'
import { small } from './works.ts'

const bytesPerMebibyte = 2 ** 20

interface StartUp {
  readonly contestant: Contestant
  readonly startMs: number
  readonly mebibytes: number
}

/** Measures the start of servers: the time until the first answer, and the memory at that moment. */
export async function startUps(
  lineup: Lineup,
  venue: Venue,
  { sizes, random, onStep }: Context,
): Promise<Findings> {
  const seen: StartUp[] = []
  for (let i = 0; i < sizes.processes; i++) {
    for (const one of shuffled([lineup.own, ...lineup.others], random)) {
      const startUp = await runOrLeaveOut(lineup, one, () => started(one, venue))
      if (startUp !== null) seen.push(startUp)
    }
    onStep()
  }
  const rows = [lineup.own, ...lineup.others].map(one => {
    const own = seen.filter(({ contestant }) => contestant === one)
    const figures = [own.map(({ mebibytes }) => mebibytes), own.map(({ startMs }) => startMs)]
    return { title: one.title, figures: figures.map(figureOfSamples) }
  })
  const table = {
    id: 'serve/servers',
    title: 'servers as they start',
    unit: mixedUnits,
    columns: ['memory when idle, MiB', 'until the first answer, ms'],
    rows,
    notes: ['memory: VmRSS after one answer, with what processes share; time: from spawn on'],
  }
  return { comparisons: [], figures: [table] }
}

async function started(contestant: Contestant, venue: Venue): Promise<StartUp> {
  const server = await startServer(contestant, small, venue)
  try {
    const mebibytes = residentBytes(server.pid) / bytesPerMebibyte
    return { contestant, startMs: server.startMs, mebibytes }
  } finally {
    await server.stop()
  }
}

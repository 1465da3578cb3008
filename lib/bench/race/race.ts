import type { Context, Findings } from '../item.ts'
import { controlSuffix } from '../measure/measure.ts'
import { Summary } from '../measure/summary.ts'
import { figureOfSamples } from '../result/figure-table.ts'
import type { FigureTable, ProcessRun, Round, Sample } from '../result/result.ts'
import { type Random, shuffled } from '../statistics/random.ts'
import { median } from '../statistics/statistics.ts'
import { between, isDisturbed, witness } from '../statistics/witness.ts'
import { accountOf, spent } from './account.ts'
import type { Contestant } from './contestants.ts'
import { type Entrant, enter, type Times } from './entrant.ts'
import { isRacing, type Lineup, runOrLeaveOut } from './lineup.ts'
import type { Venue } from './venue.ts'
import type { Work } from './works.ts'

const metric = 'processCpuNs'
const nsPerSecond = 1e9

/** Measures one work with all servers, in fresh processes. */
export async function race(
  work: Work,
  lineup: Lineup,
  times: Times,
  venue: Venue,
  { sizes, random, onStep }: Context,
): Promise<Findings> {
  const sets: SetRun[] = []
  while (sets.length < sizes.processes) {
    sets.push(await set(work, lineup, times, venue, sizes.rounds, random))
    onStep()
  }
  const { own, others, skipped } = lineup
  const names = [own.id, own.id + controlSuffix, ...others.map(({ id }) => id)]
  const runs = sets.map(({ run }) => without(run, names))
  const summary = new Summary(runs, metric, own.id)
  const contenders = [own, ...others].map(({ id, title }) => ({
    ...summary.of({ id, title, limiter: 'another process' }),
    allocatedBytesPerEvent: null,
  }))
  const rounds = runs.flatMap(one => one.rounds)
  const comparison = {
    id: `serve/${work.id}`,
    title: work.title,
    unit: 'request',
    metric,
    descriptors: 0,
    ready: 0,
    sizeBytes: work.status === 200 ? venue.site.content(work.file).length : 0,
    baseline: own.id,
    contenders,
    control: summary.control,
    skipped: [...skipped],
    disturbedRounds: rounds.filter(({ disturbed }) => disturbed).length,
    processes: runs,
  } as const
  const figures = [answersASecond(work, [own, ...others], runs)]
  if (work.idle > 0) figures.push(idleMemory(work, [own, ...others], sets))
  return { comparisons: [comparison], figures }
}

/** The measurements of one fresh process per server. */
interface SetRun {
  readonly run: ProcessRun
  /** The memory per idle connection, by contestant. */
  readonly idleBytes: ReadonlyMap<string, number>
}

/** The run, but only with the servers that were not left out later. */
function without(run: ProcessRun, names: readonly string[]): ProcessRun {
  const rounds = run.rounds.map(round => ({
    ...round,
    samples: round.samples.filter(({ contender }) => names.includes(contender)),
  }))
  return { ...run, rounds }
}

function answersASecond(
  { id, title }: Work,
  contestants: readonly Contestant[],
  runs: readonly ProcessRun[],
): FigureTable {
  const rate = ({ rounds }: ProcessRun, name: string): number =>
    median(
      rounds.flatMap(({ samples }) =>
        samples
          .filter(({ contender }) => contender === name)
          .map(({ events, wallNs }) => (nsPerSecond * events) / wallNs),
      ),
    )
  const rows = contestants.map(one => ({
    title: one.title,
    figures: [figureOfSamples(runs.map(run => rate(run, one.id)))],
  }))
  const columns = ['answers a second']
  return { id: `serve/${id}`, title, unit: 'answers a second', columns, rows, notes: [] }
}

function idleMemory(
  { id, idle }: Work,
  contestants: readonly Contestant[],
  sets: readonly SetRun[],
): FigureTable {
  const rows = contestants.map(one => {
    const samples = sets.flatMap(({ idleBytes }) => idleBytes.get(one.id) ?? [])
    return { title: one.title, figures: [figureOfSamples(samples)] }
  })
  return {
    id: `serve/${id}/memory`,
    title: 'memory of an idle connection',
    unit: 'bytes',
    columns: ['process (RSS)'],
    rows,
    notes: [
      `how much more there was after the blocks than before ${idle} of them were opened; what the kernel keeps for a socket is not in it`,
    ],
  }
}

async function set(
  work: Work,
  lineup: Lineup,
  times: Times,
  venue: Venue,
  count: number,
  random: Random,
): Promise<SetRun> {
  const { own, others } = lineup
  const named: [string, Contestant][] = [
    [own.id, own],
    [own.id + controlSuffix, own],
    ...others.map((one): [string, Contestant] => [one.id, one]),
  ]
  const entrants: Entrant[] = []
  try {
    for (const [name, one] of shuffled(named, random)) {
      const entrant = await runOrLeaveOut(lineup, one, () => enter(one, name, work, venue, times))
      if (entrant !== null) entrants.push(entrant)
    }
    const rounds: Round[] = []
    while (rounds.length < count) rounds.push(await round(entrants, work, lineup, random))
    const idleBytes = new Map<string, number>()
    for (const { name, server, end } of entrants) {
      const bytes = await runOrLeaveOut(lineup, server.contestant, end)
      if (bytes !== null) idleBytes.set(name, bytes)
    }
    const { pid } = entrants.find(({ name }) => name === own.id)!.server
    return { run: { pid, rounds, systemCalls: {} }, idleBytes }
  } finally {
    await Promise.all(entrants.map(one => one.stop()))
  }
}

async function round(
  entrants: readonly Entrant[],
  work: Work,
  lineup: Lineup,
  random: Random,
): Promise<Round> {
  const before = witness()
  const samples: Sample[] = []
  let [wallNs, waitNs] = [0, 0]
  for (const one of shuffled(entrants, random)) {
    const { contestant } = one.server
    if (!isRacing(lineup, contestant)) continue
    const taken = await runOrLeaveOut(lineup, contestant, () => sample(one, work))
    if (taken === null) continue
    samples.push(taken.sample)
    wallNs += taken.sample.wallNs
    waitNs += taken.waitNs
  }
  // This process only waits, so the run queue time of the servers is used instead of its own.
  const seen = { ...between(before, witness()), runQueueWaitNs: waitNs }
  return { samples, witness: seen, disturbed: isDisturbed(seen, wallNs) }
}

async function sample(
  { name, server, task, run }: Entrant,
  { pipelined }: Work,
): Promise<{ sample: Sample; waitNs: number }> {
  const before = await accountOf(server.pid)
  const { wallNs } = await run()
  const { cpuNs, waitNs } = spent(before, await accountOf(server.pid))
  return {
    sample: {
      contender: name,
      iterations: task.count,
      events: task.count * pipelined,
      cpuNs,
      processCpuNs: cpuNs,
      wallNs,
      heapBytes: 0,
      collections: 0,
    },
    waitNs,
  }
}

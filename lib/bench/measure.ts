import type { Block, ContenderModule } from './contender.ts'
import { Fixture } from './fixture.ts'
import { type Random, seeded, shuffled } from './random.ts'
import type { Round, Sample } from './result.ts'
import { between, isDisturbed, witness } from './witness.ts'

/** What one process is told to measure. */
export interface Task {
  readonly descriptors: number
  readonly ready: number
  /** Names of modules in contenders/; one that stands here twice is a control. */
  readonly contenders: readonly string[]
  readonly rounds: number
  readonly blockMs: number
  readonly seed: number
}

/** The second time a contender stands in a task, its name has this behind it. */
export const controlSuffix = '#control'

interface Entrant {
  readonly name: string
  readonly block: Block
  iterations: number
}

const nsPerMs = 1e6
const warmUpBlocks = 4

/** Measures in this process; `onRound` is told of each round as it ends. */
export async function measure(task: Task, onRound: (round: Round) => void): Promise<void> {
  using fixture = new Fixture(task.descriptors, task.ready)
  const random = seeded(task.seed)
  const entrants: Entrant[] = []
  try {
    for (const id of task.contenders) entrants.push(await entrant(id, entrants, fixture))
    for (const one of shuffled(entrants, random)) await calibrate(one, task.blockMs)
    for (let i = 0; i < task.rounds; i++) onRound(await round(entrants, random))
  } finally {
    for (const { block } of entrants) await block.close?.()
  }
}

/** A module of its own for each time that it enters: else a control would share what V8 knows of the loop. */
async function entrant(id: string, before: Entrant[], fixture: Fixture): Promise<Entrant> {
  const isControl = before.some(({ name }) => name === id)
  const name = isControl ? `${id}${controlSuffix}` : id
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const url = new URL(
    `./contenders/${id}.${extension}?${isControl ? 'control' : 'first'}`,
    import.meta.url,
  )
  const { open } = (await import(url.href)) as ContenderModule
  return { name, block: await open(fixture), iterations: 1 }
}

/** As many iterations as fill a block, found while the code warms up. */
async function calibrate(entrant: Entrant, blockMs: number): Promise<void> {
  const { block } = entrant
  for (let blocks = 0; blocks < warmUpBlocks; ) {
    const cpuNs = await block.run(entrant.iterations)
    const share = (blockMs * nsPerMs) / Math.max(cpuNs, 1)
    if (share < 1.5) blocks++
    const factor = Math.min(Math.max(share, 0.1), 10)
    entrant.iterations = Math.max(1, Math.round(entrant.iterations * factor))
  }
}

async function round(entrants: readonly Entrant[], random: Random): Promise<Round> {
  const before = witness()
  const start = process.hrtime.bigint()
  const samples: Sample[] = []
  for (const one of shuffled(entrants, random)) samples.push(await sample(one))
  const wallNs = Number(process.hrtime.bigint() - start)
  const seen = between(before, witness())
  return { samples, witness: seen, disturbed: isDisturbed(seen, wallNs) }
}

async function sample({ name, block, iterations }: Entrant): Promise<Sample> {
  const usage = process.cpuUsage()
  const start = process.hrtime.bigint()
  const cpuNs = await block.run(iterations)
  const wallNs = Number(process.hrtime.bigint() - start)
  const { user, system } = process.cpuUsage(usage)
  return {
    contender: name,
    iterations,
    events: iterations * block.eventsPerIteration,
    cpuNs,
    processCpuNs: (user + system) * 1000,
    wallNs,
  }
}

import { pathToFileURL } from 'node:url'
import { inPackage } from '../../sys/index.ts'
import type { ComparisonResult, ProcessRun, Round, Sample } from '../result/result.ts'
import { type Random, seeded, shuffled } from '../statistics/random.ts'
import { between, isDisturbed, witness } from '../statistics/witness.ts'
import { Collections, heapBytes } from './collections.ts'
import type { Block, ContenderModule, Entry } from './contender.ts'
import { Fixture } from './fixture.ts'
import { systemCallsOf } from './system-calls.ts'

/** The task of one measuring process. */
export interface Task extends Pick<ComparisonResult, 'descriptors' | 'ready' | 'sizeBytes'> {
  /** A contender that occurs twice is its own control the second time. */
  readonly contenders: readonly Entry[]
  readonly rounds: number
  readonly blockMs: number
  readonly seed: number
}

/** The suffix for the name of a control: the second occurrence of a contender in a task. */
export const controlSuffix = '#control'

interface Entrant {
  readonly name: string
  readonly block: Block
  iterations: number
}

const nsPerMs = 1e6
const warmUpBlocks = 4

/** Measures in this process and calls `onRound` after each round. Returns the system calls per iteration. */
export async function measure(
  task: Task,
  onRound: (round: Round) => void,
): Promise<ProcessRun['systemCalls']> {
  using fixture = new Fixture(task.descriptors, task.ready, task.sizeBytes)
  const random = seeded(task.seed)
  const collections = new Collections()
  const entrants: Entrant[] = []
  try {
    for (const entry of task.contenders) entrants.push(await entrant(entry, entrants, fixture))
    const systemCalls: Record<string, number | null> = {}
    for (const { name, block } of entrants) systemCalls[name] = await systemCallsOf(block)
    for (const one of shuffled(entrants, random)) await calibrate(one, task.blockMs)
    for (let i = 0; i < task.rounds; i++) onRound(await round(entrants, random, collections))
    return systemCalls
  } finally {
    collections.close()
    for (const { block } of entrants) await block.close?.()
  }
}

/**
 * Loads a separate copy of the module for each entrant, so that a control does not share V8's type feedback with its
 * original.
 */
async function entrant(entry: Entry, before: Entrant[], fixture: Fixture): Promise<Entrant> {
  const { id, module, options } = entry
  const isControl = before.some(({ name }) => name === id)
  const name = isControl ? `${id}${controlSuffix}` : id
  const here = import.meta.url
  const url = here.endsWith('.ts')
    ? new URL(`../contenders/${module}.ts`, here)
    : pathToFileURL(inPackage(`dist/bench/contenders/${module}.js`))
  url.search = encodeURIComponent(name)
  const { open } = (await import(url.href)) as ContenderModule
  return { name, block: await open(fixture, options), iterations: 1 }
}

/** Finds the number of iterations that fills a block, while the code warms up. */
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

async function round(
  entrants: readonly Entrant[],
  random: Random,
  collections: Collections,
): Promise<Round> {
  const before = witness()
  const start = process.hrtime.bigint()
  const timed: Timed[] = []
  for (const one of shuffled(entrants, random)) timed.push(await sample(one))
  const wallNs = Number(process.hrtime.bigint() - start)
  const seen = between(before, witness())
  await collections.settled()
  const samples = timed.map(({ fromMs, toMs, ...rest }) => ({
    ...rest,
    collections: collections.between(fromMs, toMs),
  }))
  return { samples, witness: seen, disturbed: isDisturbed(seen, wallNs) }
}

/** A sample with its start and end. */
interface Timed extends Omit<Sample, 'collections'> {
  readonly fromMs: number
  readonly toMs: number
}

async function sample({ name, block, iterations }: Entrant): Promise<Timed> {
  const heapBefore = heapBytes()
  const fromMs = performance.now()
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
    heapBytes: heapBytes() - heapBefore,
    fromMs,
    toMs: performance.now(),
  }
}

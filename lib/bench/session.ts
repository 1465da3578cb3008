import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ratioInterval } from './interval.ts'
import { controlSuffix, type Task } from './measure.ts'
import { below, type Random } from './random.ts'
import type { ComparisonResult, ContenderResult, ProcessRun, Round, Sample } from './result.ts'
import { median } from './statistics.ts'
import { verdictOf } from './verdict.ts'
import type { Comparison } from './workloads.ts'

export interface Sizes {
  readonly processes: number
  readonly rounds: number
  readonly blockMs: number
}

export const quickSizes: Sizes = { processes: 5, rounds: 12, blockMs: 1.5 }
export const fullSizes: Sizes = { processes: 8, rounds: 40, blockMs: 4 }

const program = fileURLToPath(new URL('../../dist/bench/child.js', import.meta.url))
const seedMax = 2 ** 32

/** Measures one comparison in fresh processes, one after the other. Aborting ends the process that runs. */
export async function compare(
  comparison: Comparison,
  present: ReadonlySet<string>,
  sizes: Sizes,
  random: Random,
  signal: AbortSignal,
  onProcess: (done: number) => void = () => {},
): Promise<ComparisonResult> {
  const { baseline, others, descriptors, ready } = comparison
  const skipped = others.flatMap(one => {
    if (one.descriptorsMax !== undefined && descriptors > one.descriptorsMax)
      return [{ id: one.id, reason: `has room for ${one.descriptorsMax} descriptors` }]
    if (one.needs !== undefined && !present.has(one.needs))
      return [{ id: one.id, reason: `${one.needs} is not installed` }]
    return []
  })
  const entered = others.filter(({ id }) => !skipped.some(one => one.id === id))
  const contenders = [baseline.id, baseline.id, ...entered.map(({ id }) => id)]
  const runs: ProcessRun[] = []
  while (runs.length < sizes.processes) {
    const seed = below(seedMax, random)
    const { rounds, blockMs } = sizes
    runs.push(await runProcess({ descriptors, ready, contenders, rounds, blockMs, seed }, signal))
    onProcess(runs.length)
  }
  const control = ratioInterval(ratios(runs, baseline.id + controlSuffix, baseline.id), 1)
  const results = [baseline, ...entered].map((one): ContenderResult => {
    const ratio = one === baseline ? null : ratioInterval(ratios(runs, one.id, baseline.id), 1)
    return {
      id: one.id,
      title: one.title,
      limiter: one.limiter,
      cpuNsPerEvent: median(samplesOf(runs, one.id).map(({ cpuNs, events }) => cpuNs / events)),
      wallNsPerEvent: median(samplesOf(runs, one.id).map(({ wallNs, events }) => wallNs / events)),
      ratio,
      verdict: ratio === null ? null : verdictOf(ratio, control),
    }
  })
  const { id, title, unit } = comparison
  const disturbedRounds = runs.flatMap(({ rounds }) => rounds).filter(one => one.disturbed).length
  return {
    id,
    title,
    unit,
    descriptors,
    ready,
    baseline: baseline.id,
    contenders: results,
    control,
    skipped,
    disturbedRounds,
    processes: runs,
  }
}

function samplesOf(runs: readonly ProcessRun[], contender: string): Sample[] {
  return runs.flatMap(({ rounds }) => rounds.map(round => sampleOf(round, contender)))
}

function sampleOf({ samples }: Round, contender: string): Sample {
  return samples.find(sample => sample.contender === contender)!
}

/** Of each round: what an event of the one costs, over what one of the other does. */
function ratios(runs: readonly ProcessRun[], one: string, other: string): number[][] {
  const perEvent = ({ cpuNs, events }: Sample): number => cpuNs / events
  return runs.map(({ rounds }) =>
    rounds.map(round => perEvent(sampleOf(round, one)) / perEvent(sampleOf(round, other))),
  )
}

async function runProcess(task: Task, signal: AbortSignal): Promise<ProcessRun> {
  signal.throwIfAborted()
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  const closed = once(child, 'close')
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    complaint += text
  })
  const rounds: Round[] = []
  for await (const line of createInterface({ input: child.stdout }))
    rounds.push(JSON.parse(line) as Round)
  const [code] = await closed
  signal.removeEventListener('abort', kill)
  signal.throwIfAborted()
  if (code === 0 && rounds.length === task.rounds) return { pid: child.pid!, rounds }
  const [line = `it ended with status ${code}`] =
    /^\w*Error.*$/m.exec(complaint) ?? complaint.trim().split('\n').slice(-1)
  throw new Error(`a process that measures has failed: ${line}`)
}

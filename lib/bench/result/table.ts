import { ownCommand } from '../../sys/index.ts'
import { isBiased, resolutionOf, verdictTexts } from '../statistics/verdict.ts'
import { figureTableText, nsText, ratioText } from './figure-table.ts'
import {
  type BenchResult,
  type ComparisonResult,
  type ContenderResult,
  figureOf,
  isRace,
  type Metric,
} from './result.ts'
import { aUnit } from './unit.ts'

const metricNames: Readonly<Record<Metric, string>> = {
  cpuNs: '',
  processCpuNs: ' of the whole process',
  wallNs: ' of wall-clock time',
}

/** A result as text for a terminal, without colours. */
export function tableOf(result: BenchResult): string {
  const { environment: machine, comparisons, figures, seed } = result
  const where = `Linux ${machine.kernel}, Node ${machine.node}, ${machine.processor}, ${machine.processors} processors`
  if (comparisons.length + figures.length === 0)
    return `${where}\nStopped before anything was measured.\n`
  const rest = result.complete ? [] : ['Stopped before all of it was measured.']
  const tables = figures.map(figureTableText)
  const part = result.mode === 'quick' ? [quickText()] : []
  if (comparisons.length === 0) return [where, ...part, ...tables, '', ...rest].join('\n')
  const head = [
    where,
    ...part,
    `CPU time of ${result.mode === 'serve' ? 'a server with all its threads' : 'the thread, unless stated otherwise'}. Each ratio to the first row has its 95 % interval`,
    `over ${comparisons[0]!.processes.length} processes. Seed ${seed}.`,
  ]
  const verdicts = comparisons.flatMap(({ contenders }) => contenders.slice(1))
  const told = verdicts.filter(({ verdict }) => verdict !== 'cannot tell').length
  const foot = `${told} of ${verdicts.length} comparisons have a verdict; ${verdicts.length - told} are unclear.`
  return [...head, ...comparisons.map(comparisonText), ...tables, '', foot, ...rest, ''].join('\n')
}

function quickText(): string {
  return `A quick run, without the items that ${ownCommand()} bench list marks with (--full).`
}

function comparisonText(comparison: ComparisonResult): string {
  const { id, title, unit, contenders, control, skipped, disturbedRounds, processes } = comparison
  const { metric } = comparison
  const width = Math.max(28, ...contenders.map(one => one.title.length)) + 2
  const rounds = processes.reduce((sum, run) => sum + run.rounds.length, 0)
  const share = (100 * resolutionOf(control)).toFixed(1)
  const trust = isBiased(control)
    ? 'the control differs from the baseline: no verdicts'
    : `the resolution is ${share} %`
  return [
    '',
    `${id}: ${title}`,
    ...contenders.map(one => row(one, metric, width)),
    ...skipped.map(one => `  ${one.id}: left out, it ${one.reason}`),
    `  ns ${aUnit(unit)}${isRace(comparison) ? '' : metricNames[metric]}; ${trust}; ${disturbedRounds} of ${rounds} rounds disturbed`,
  ].join('\n')
}

function row(contender: ContenderResult, metric: Metric, width: number): string {
  const { title, ratio, verdict } = contender
  // All contenders of a race are other processes.
  const limiter = contender.limiter === 'another process' ? '' : contender.limiter
  const ns = figureOf(contender, metric)
  const figure = nsText(ns).padStart(9)
  if (ratio === null) return `  ${title.padEnd(width)}${figure}   ${limiter}`.trimEnd()
  const interval = `${ratioText(ratio.ratio)} [${ratioText(ratio.low)}, ${ratioText(ratio.high)}]`
  return `  ${title.padEnd(width)}${figure}   x ${interval.padEnd(24)}${verdictTexts[verdict!].padEnd(13)}${limiter}`.trimEnd()
}

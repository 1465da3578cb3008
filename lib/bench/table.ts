import type { BenchResult, ComparisonResult, ContenderResult } from './result.ts'
import { isBiased, resolutionOf } from './verdict.ts'

/** A result as text for a terminal: no colour, so nothing is said by colour alone. */
export function tableOf(result: BenchResult): string {
  const { environment: machine, comparisons, seed } = result
  const head = [
    `Linux ${machine.kernel}, Node ${machine.node}, ${machine.processor}, ${machine.processors} processors`,
    'CPU time of the thread for each event; the ratio to the first row is of neighbours in time, with its',
    `95 % interval, over ${comparisons[0]?.processes.length ?? 0} processes. Seed ${seed}.`,
  ]
  const verdicts = comparisons.flatMap(({ contenders }) => contenders.slice(1))
  const told = verdicts.filter(({ verdict }) => verdict !== 'cannot tell').length
  const foot = `${told} verdicts of ${verdicts.length} comparisons; ${verdicts.length - told} cannot be told here.`
  const rest = result.complete ? [] : ['Ended before all of it was measured.']
  return [...head, ...comparisons.map(comparisonText), foot, ...rest, ''].join('\n')
}

function comparisonText(comparison: ComparisonResult): string {
  const { id, title, unit, contenders, control, skipped, disturbedRounds, processes } = comparison
  const rounds = processes.reduce((sum, run) => sum + run.rounds.length, 0)
  const share = (100 * resolutionOf(control)).toFixed(1)
  const trust = isBiased(control)
    ? 'the same thing twice was told apart: no verdicts'
    : `this machine tells apart ${share} % now`
  return [
    '',
    `${id}: ${title}`,
    ...contenders.map(row),
    ...skipped.map(one => `  ${one.id}: left out, it ${one.reason}`),
    `  ns a ${unit}; ${trust}; ${disturbedRounds} of ${rounds} rounds disturbed`,
  ].join('\n')
}

function row({ title, cpuNsPerEvent, ratio, verdict, limiter }: ContenderResult): string {
  const figure = cpuNsPerEvent.toFixed(cpuNsPerEvent < 100 ? 1 : 0).padStart(9)
  if (ratio === null) return `  ${title.padEnd(30)}${figure}   ${limiter}`
  const interval = `${digits(ratio.ratio)} [${digits(ratio.low)}, ${digits(ratio.high)}]`
  return `  ${title.padEnd(30)}${figure}   x ${interval.padEnd(24)}${verdict?.padEnd(13)}${limiter}`
}

function digits(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(3) : ratio.toPrecision(4)
}

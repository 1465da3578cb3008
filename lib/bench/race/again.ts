import { fullRaceSizes } from '../measure/sizes.ts'
import type { BenchResult } from '../result/result.ts'
import { peers } from './contestants.ts'
import { raceNames } from './items.ts'

/** The options that make a race again, as its result tells them. */
export function raceAgain({ comparisons, figures }: BenchResult): string {
  const ids = [...comparisons, ...figures].map(
    ({ id }) => id.replace('rates', 'latency').split('/')[1],
  )
  const names = raceNames.filter(name => ids.includes(name))
  const ran = comparisons[0]?.processes.length ?? figures[0]?.rows[0]?.figures[0]?.samples.length
  const shown = comparisons.flatMap(({ contenders, skipped }) => [...contenders, ...skipped])
  const known = peers.filter(one => shown.some(({ id }) => id === one.id)).map(({ id }) => id)
  return [
    'serve',
    ...(names.length === raceNames.length ? [] : [`--only ${names.join(',')}`]),
    ...(known.length === 0 || known.length === peers.length ? [] : [`--peers ${known.join(',')}`]),
    ...(ran === fullRaceSizes.processes ? ['--full'] : []),
  ].join(' ')
}

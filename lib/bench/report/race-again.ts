import { fullRaceSizes } from '../measure/sizes.ts'
import { raceNames } from '../race/works.ts'
import type { BenchResult } from '../result/result.ts'

/** The arguments of `epollet bench` that repeat the race of a result. */
export function raceAgain({ comparisons, figures }: BenchResult): string {
  const ids = [...comparisons, ...figures].map(
    ({ id }) => id.replace('rates', 'latency').split('/')[1],
  )
  const names = raceNames.filter(name => ids.includes(name))
  const ran = comparisons[0]?.processes.length ?? figures[0]?.rows[0]?.figures[0]?.samples.length
  const shown = comparisons.flatMap(({ contenders, skipped }) => [...contenders, ...skipped])
  const peers = new Set(shown.map(({ id }) => id).filter(id => id !== 'epollet'))
  return [
    'serve',
    ...(names.length === raceNames.length ? [] : [`--only ${names.join(',')}`]),
    ...(peers.size === 0 ? [] : [`--peers ${[...peers].join(',')}`]),
    ...(ran === fullRaceSizes.processes ? ['--full'] : []),
  ].join(' ')
}

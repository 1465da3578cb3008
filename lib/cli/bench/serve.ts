import { fullRaceSizes, loadRace, quickRaceSizes, type Race } from '../../bench/index.ts'
import { parsedOptions } from '../options.ts'
import { RunError, UsageError } from '../usage-error.ts'
import { measureAndShow, measuringOptions, seedOf } from './run.ts'

const options = { ...measuringOptions, peers: { type: 'string' } } as const

/** `epollet bench serve`: compares our server with the installed ones. */
export async function benchServe(args: string[]): Promise<void> {
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  if (positionals.length > 0) throw new UsageError(`unknown argument '${positionals.join(' ')}'`)
  const { isAvailable, peers, raceDefaults, raceItems, raceNames } = await race()
  const peerIds = peers.map(({ id }) => id)
  const names = chosen(values.only, raceNames, 'work')
  const others = chosen(values.peers, peerIds, 'server')
  const entered = { ...raceDefaults, peers: peers.filter(({ id }) => others.includes(id)) }
  if (!entered.peers.some(isAvailable)) throw new RunError(`${others.join(', ')}: not installed`)
  const sizes = values.full ? fullRaceSizes : quickRaceSizes
  const seed = seedOf(values.seed)
  await measureAndShow({ mode: 'serve', chosen: raceItems(names, entered), sizes, seed }, values)
}

/** Loads the race. Throws RunError in the published package, which does not include it. */
export async function race(): Promise<Race> {
  const found = await loadRace()
  if (found !== null) return found
  throw new RunError(
    'the package has no load generator: run bench serve in a clone of the repository',
  )
}

function chosen(list: string | undefined, all: readonly string[], kind: string): readonly string[] {
  const names = list?.split(',') ?? all
  const unknown = names.find(name => !all.includes(name))
  if (unknown === undefined) return names
  throw new UsageError(`no ${kind} is called '${unknown}': expected some of ${all.join(', ')}`)
}

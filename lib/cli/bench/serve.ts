import {
  fullRaceSizes,
  isThere,
  peers,
  quickRaceSizes,
  raceDefaults,
  raceItems,
  raceNames,
} from '../../bench/index.ts'
import { parsedOptions } from '../options.ts'
import { RunError, UsageError } from '../usage-error.ts'
import { measureAndShow, measuringOptions, seedOf } from './run.ts'

const options = { ...measuringOptions, peers: { type: 'string' } } as const

/** `epollet bench serve`: our server beside those that are installed. */
export async function benchServe(args: string[]): Promise<void> {
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  if (positionals.length > 0) throw new UsageError(`unknown argument '${positionals.join(' ')}'`)
  const peerIds = peers.map(({ id }) => id)
  const names = chosen(values.only, raceNames, 'work')
  const others = chosen(values.peers, peerIds, 'server')
  const race = { ...raceDefaults, peers: peers.filter(({ id }) => others.includes(id)) }
  if (!race.peers.some(isThere)) throw new RunError(`${others.join(', ')}: not installed`)
  const sizes = values.full ? fullRaceSizes : quickRaceSizes
  const seed = seedOf(values.seed)
  await measureAndShow({ mode: 'serve', chosen: raceItems(names, race), sizes, seed }, values)
}

function chosen(list: string | undefined, all: readonly string[], kind: string): readonly string[] {
  const names = list?.split(',') ?? all
  const unknown = names.find(name => !all.includes(name))
  if (unknown === undefined) return names
  throw new UsageError(`no ${kind} is called '${unknown}': take from ${all.join(', ')}`)
}

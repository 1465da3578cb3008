import { execFileSync } from 'node:child_process'
import type { Contestant } from './contestants.ts'
import { LeftOut } from './left-out.ts'
import { isInstalled } from './placement.ts'
import { connectionsMaxOf, small } from './works.ts'

/** The servers of a race: ours and the others. */
export interface Lineup {
  readonly own: Contestant
  /** The other servers that are still in the race. */
  others: Contestant[]
  /** The servers that were left out, and why. */
  readonly skipped: { readonly id: string; readonly reason: string }[]
}

/** @param logged whether each server has to keep an access log */
export function lineupOf(own: Contestant, others: readonly Contestant[], logged = false): Lineup {
  const lineup: Lineup = { own, others: [], skipped: [] }
  for (const one of others) {
    const reason = reasonToSkip(one, logged)
    if (reason === null) lineup.others.push(one)
    else lineup.skipped.push({ id: one.id, reason })
  }
  return lineup
}

export function isAvailable({ program }: Contestant): boolean {
  return program === null || isInstalled(program)
}

function reasonToSkip(one: Contestant, logged: boolean): string | null {
  if (!isAvailable(one)) return 'is not installed'
  return logged && one.logging === undefined ? 'keeps no access log' : null
}

/** Whether a server is still in the race. */
export function isRacing({ own, others }: Lineup, contestant: Contestant): boolean {
  return contestant === own || others.includes(contestant)
}

/**
 * Runs `act` for a server. If that fails, the server is left out and the result is null; for our server, it throws
 * Error.
 */
export async function runOrLeaveOut<T>(
  lineup: Lineup,
  contestant: Contestant,
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof LeftOut)) throw error
    const { id, title } = contestant
    if (contestant === lineup.own) throw new Error(`${title} ${error.message}`)
    lineup.others = lineup.others.filter(one => one !== contestant)
    if (!lineup.skipped.some(one => one.id === id))
      lineup.skipped.push({ id, reason: error.message })
    return null
  }
}

/** A line for each server with its version and settings, or why it was left out. */
export function notesOf({ own, others, skipped }: Lineup): string[] {
  return [
    ...[own, ...others].map(
      one => `${one.title}${versionOf(one)}: ${settingsOf(one)}; ${commandOf(one)}`,
    ),
    ...skipped.map(({ id, reason }) => `${id}: left out, it ${reason}`),
  ]
}

function settingsOf({ settings, logging }: Contestant): string {
  return logging === undefined ? settings : `${settings} (in serve/log with ${logging})`
}

function versionOf({ program, version }: Contestant): string {
  if (program === null) return ''
  try {
    // nginx prints its version on stderr.
    const text = execFileSync('sh', ['-c', '"$@" 2>&1', '--', program, ...version], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return ` (${text.split('\n')[0]})`
  } catch {
    return ''
  }
}

function commandOf({ command }: Contestant): string {
  const place = { root: 'SITE', folder: 'FOLDER', config: 'CONFIG', answer: 'ANSWER', log: null }
  const least = { once: false, pipelined: 1, fileBytes: 0, connectionsMax: connectionsMaxOf(small) }
  return command({ ...place, ...least, port: Number.NaN })
    .map(word => word.replace(/^.*\/(?=dist\/|node$)/, '').replace('NaN', 'PORT'))
    .join(' ')
}

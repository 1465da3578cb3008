import { execFileSync } from 'node:child_process'
import type { Contestant } from './contestants.ts'
import { LeftOut } from './left-out.ts'
import { isInstalled } from './placement.ts'

/** Who takes part: ours, against whom it may be. */
export interface Field {
  readonly own: Contestant
  /** Those that are still in it. */
  others: Contestant[]
  /** Those that are not, and why. */
  readonly skipped: { readonly id: string; readonly reason: string }[]
}

export function fieldOf(own: Contestant, others: readonly Contestant[]): Field {
  const isThere = ({ program }: Contestant): boolean => program === null || isInstalled(program)
  return {
    own,
    others: others.filter(isThere),
    skipped: others
      .filter(one => !isThere(one))
      .map(({ id }) => ({ id, reason: 'is not installed' })),
  }
}

/** Whether it was not left out meanwhile. */
export function isIn({ own, others }: Field, contestant: Contestant): boolean {
  return contestant === own || others.includes(contestant)
}

/** Who fails is left out, and null; without ours there is no race: then it throws Error. */
export async function attempt<T>(
  field: Field,
  contestant: Contestant,
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof LeftOut)) throw error
    const { id, title } = contestant
    if (contestant === field.own) throw new Error(`${title} ${error.message}`)
    field.others = field.others.filter(one => one !== contestant)
    if (!field.skipped.some(one => one.id === id)) field.skipped.push({ id, reason: error.message })
    return null
  }
}

/** A line for each: version, settings, and what was left out. */
export function notesOf({ own, others, skipped }: Field): string[] {
  return [
    ...[own, ...others].map(
      one => `${one.title}${versionOf(one)}: ${one.settings}; ${commandOf(one)}`,
    ),
    ...skipped.map(({ id, reason }) => `${id}: left out, it ${reason}`),
  ]
}

function versionOf({ program, version }: Contestant): string {
  if (program === null) return ''
  try {
    // nginx tells it on stderr.
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
  const place = { root: 'SITE', folder: 'FOLDER', config: 'CONFIG', answer: 'ANSWER', once: false }
  return command({ ...place, port: Number.NaN })
    .map(word => word.replace(/^.*\/(?=dist\/|node$)/, '').replace('NaN', 'PORT'))
    .join(' ')
}

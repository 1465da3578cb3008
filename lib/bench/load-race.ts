import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inPackage } from '../sys/index.ts'

export type Race = typeof import('./race/index.ts')

/** The race between servers; null in the published package, which does not include it. */
export async function loadRace(): Promise<Race | null> {
  const path = inPackage('dist/bench/race/index.js')
  return existsSync(path) ? ((await import(pathToFileURL(path).href)) as Race) : null
}

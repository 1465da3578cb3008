// Exports the lab as static files, with this kernel's answers.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { howToRepair, optionsOf } from '../../sys/index.ts'
import { parse } from '../language/parse.ts'
import type { RunRecord } from '../record.ts'
import type { Runner } from '../runner/runner.ts'
import type { Part } from '../scenario.ts'
import { scenarios } from '../scenarios/index.ts'
import { warmUp } from '../warm-up.ts'
import { pages } from './server.ts'

export interface ExportOptions {
  readonly version: string
  /** The command for starting epollet that the page shows. */
  readonly command: string
  readonly signal: AbortSignal
  readonly onRecord: (done: number, all: number) => void
}

const parts: readonly Part[] = ['transcript', 'fix']
const page = join(pages, 'lab')

/** Why the lab cannot be exported to a directory, or null. The directory must be new, empty, or an earlier export. */
export function exportProblem(directory: string): string | null {
  if (!existsSync(join(page, 'index.html'))) return `the lab's page is missing: ${howToRepair()}`
  if (!existsSync(directory)) return null
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    return `'${directory}' is not a readable directory (${(error as NodeJS.ErrnoException).code})`
  }
  if (names.length === 0 || names.includes('edition.json')) return null
  return `'${directory}' contains other files: name a new directory, an empty one, or an earlier export`
}

/**
 * Writes the lab as files for any static host: the page, with a record of each experiment on this kernel. Runs all
 * experiments before it writes anything. Throws a system error if it cannot write. Errors of {@link Runner.run}
 * pass through.
 */
export async function exportLab(
  directory: string,
  runner: Runner,
  options: ExportOptions,
): Promise<void> {
  const { version, command, signal, onRecord } = optionsOf(options, [
    'version',
    'command',
    'signal',
    'onRecord',
  ])
  const records = new Map<string, RunRecord>()
  for (const scenario of scenarios) {
    for (const part of parts) {
      const record = await runner.runScenario(scenario, part, { states: true, signal })
      records.set(`${scenario.id}${part === 'fix' ? '.fix' : ''}.json`, record)
      onRecord(records.size, parts.length * scenarios.length)
    }
  }
  const parsed = parse(warmUp)
  if ('operations' in parsed)
    records.set('start.json', await runner.run(parsed.operations, { states: true, signal }))
  const [{ kernel } = { kernel: '' }] = records.values()
  const edition = { edition: 'recorded', kernel, date: new Date().toISOString(), version, command }
  makeDirectory(directory)
  cpSync(page, directory, { recursive: true })
  rmSync(join(directory, 'traces'), { recursive: true, force: true })
  mkdirSync(join(directory, 'traces'))
  for (const [name, record] of records)
    writeFileSync(join(directory, 'traces', name), `${JSON.stringify(record)}\n`)
  writeFileSync(join(directory, 'edition.json'), `${JSON.stringify(edition)}\n`)
}

/** Node's `recursive: true` loops forever if a parent keeps failing with ENOENT, as in /proc. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return
  makeDirectory(dirname(directory))
  mkdirSync(directory)
}

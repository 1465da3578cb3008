import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../scripts/project.js'

const run = promisify(execFile)

async function pack(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'epollet-tarball-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  // The prepack script writes to standard output before npm does.
  const args = ['pack', '--json', '--pack-destination', folder]
  const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 2 ** 26 })
  const [{ filename }] = JSON.parse(stdout.slice(stdout.search(/^\[$/m))) as [{ filename: string }]
  return join(folder, filename)
}

let packed: Promise<string> | undefined

/**
 * Packs this tree with `npm pack`, which builds the addons for this machine, and resolves with the tarball's path. Each
 * process packs once, and removes the tarball when it exits.
 */
export function tarball(): Promise<string> {
  packed ??= pack()
  return packed
}

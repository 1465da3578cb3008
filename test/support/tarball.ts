import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { refresh } from '../../scripts/freshness.js'
import { root } from '../../scripts/project.js'

const run = promisify(execFile)

const prebuilds = {
  stamp: 'build/.packed',
  inputs: ['binding.gyp', 'native', 'scripts/prebuilds.js'],
  outputs: [`prebuilds/linux-${process.arch}`],
}

async function npm(...args: string[]): Promise<string> {
  const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 2 ** 26 })
  return stdout
}

async function pack(): Promise<string> {
  await refresh(root, prebuilds, async () => void (await npm('run', 'prebuilds')))
  const folder = mkdtempSync(join(tmpdir(), 'epollet-tarball-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  // prepack writes to standard output before npm does.
  const printed = await npm('pack', '--json', '--pack-destination', folder)
  const [{ filename }] = JSON.parse(printed.slice(printed.search(/^\[$/m))) as [
    { filename: string },
  ]
  return join(folder, filename)
}

let packed: Promise<string> | undefined

/**
 * The path of the package as `npm pack` makes it from this tree, with the prebuilds that belong to its sources. It is
 * made once for each process, and removed when the process exits.
 */
export function tarball(): Promise<string> {
  packed ??= pack()
  return packed
}

import assert from 'node:assert/strict'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root, write } from '../project/temporary.ts'
import type { Outcome } from './bare-host.ts'

const scripts = fileURLToPath(new URL('consumer/', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}

/** Makes a folder a project that wants epollet. */
export function makeConsumer(folder: string, epollet: string, files: Record<string, string> = {}) {
  cpSync(scripts, folder, { recursive: true })
  const manifest = { name: 'consumer', version: '1.0.0', private: true, dependencies: { epollet } }
  write(folder, 'package.json', JSON.stringify(manifest))
  for (const [path, text] of Object.entries(files)) write(folder, path, text)
}

const printed: Record<string, string> = {
  'require.cjs': `required ${version}\n`,
  'import.mjs': `imported ${version}\n`,
  'watch.mjs': 'watched\n',
  'serve.mjs': 'served\n',
  'readme.mjs': 'read\n',
}

/** Nodes before 22.13 say that require() of a module is experimental. */
const withoutWarning = (stderr: string) =>
  stderr.replace(/^\(node:\d+\) ExperimentalWarning: .*\n(\(Use .*\n)?/gm, '')

/** Whether every script of the consumer does what it should. */
export async function scriptsWork(run: (script: string) => Promise<Outcome>): Promise<void> {
  for (const [script, stdout] of Object.entries(printed)) {
    const found = await run(script)
    assert.deepEqual(
      { script, ...found, stderr: withoutWarning(found.stderr) },
      { script, status: 0, stdout, stderr: '' },
    )
  }
}

/** Whether the command works, with the addon that was published. */
export async function commandWorks(run: (...args: string[]) => Promise<Outcome>): Promise<void> {
  const [told, lab, info] = [
    await run('--version'),
    await run('lab', 'run', 'half-read'),
    await run('info'),
  ]
  assert.deepEqual([told.status, told.stdout], [0, `${version}\n`], told.stderr)
  assert.equal(lab.status, 0, lab.stderr)
  assert.match(lab.stdout, /^pipe r w .*^read r 1000 +-> 1000$.*-> nothing\n$/ms)
  assert.equal(info.status, 0, info.stdout + info.stderr)
  assert(info.stdout.includes(`prebuilds/linux-${process.arch}/`), info.stdout)
}

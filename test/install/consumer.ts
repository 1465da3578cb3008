// A project that depends on epollet, and the checks that it works there.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, write } from '../project/temporary.ts'
import type { Outcome } from './bare-host.ts'
import { fileOf, programs, putPrograms } from './programs.ts'

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}

/** Turns a folder into a project that depends on epollet, and adds the programs. */
export function makeConsumer(folder: string, epollet: string, files: Record<string, string> = {}) {
  putPrograms(folder)
  const manifest = { name: 'consumer', version: '1.0.0', private: true, dependencies: { epollet } }
  write(folder, 'package.json', JSON.stringify(manifest))
  for (const [path, text] of Object.entries(files)) write(folder, path, text)
}

/** Node before 22.13 warns that require() of an ES module is experimental. */
const withoutWarning = (stderr: string) =>
  stderr.replace(/^\(node:\d+\) ExperimentalWarning: .*\n(\(Use .*\n)?/gm, '')

/** Checks the output of every program. */
export async function programsWork(run: (file: string) => Promise<Outcome>): Promise<void> {
  for (const [i, { does, prints }] of programs.entries()) {
    const found = await run(fileOf(i))
    assert.deepEqual(
      { does, ...found, stderr: withoutWarning(found.stderr) },
      { does, status: 0, stdout: `${prints}\n`, stderr: '' },
    )
  }
}

/** Checks that the command works and uses the published addon. */
export async function commandWorks(run: (...args: string[]) => Promise<Outcome>): Promise<void> {
  const [shown, lab, info] = [
    await run('--version'),
    await run('lab', 'run', 'half-read'),
    await run('info'),
  ]
  assert.deepEqual([shown.status, shown.stdout], [0, `${version}\n`], shown.stderr)
  assert.equal(lab.status, 0, lab.stderr)
  assert.match(lab.stdout, /^pipe r w .*^read r 1000 +-> 1000$.*-> nothing\n$/ms)
  assert.equal(info.status, 0, info.stdout + info.stderr)
  assert(info.stdout.includes(`prebuilds/linux-${process.arch}/`), info.stdout)
}

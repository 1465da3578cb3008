import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { run, start } from './program.ts'

const works =
  'servers, small, browser, log, close, pipeline, idle, 64k, 1m, missing, notmod, latency'
const servers = 'floor, nginx, lighttpd, h2o, caddy, bun'

for (const [args, complaint] of [
  [['--only', 'small,large'], `no work is called 'large': expected some of ${works}`],
  [['--only', ''], `no work is called '': expected some of ${works}`],
  [['--peers', 'apache'], `no server is called 'apache': expected some of ${servers}`],
  [['--seed', 'x'], "--seed must be a number from 0 up, got 'x'"],
  [['--lang', 'xx'], "--lang must be en or zh, got 'xx'"],
  [['small'], "unknown argument 'small'"],
] as const) {
  test(`epollet bench serve ${args.join(' ')} prints one line on stderr, and exits with status 2`, async () => {
    const { status, stdout, stderr } = await run(['bench', 'serve', ...args])
    assert.deepEqual(
      [status, stdout, stderr],
      [2, '', `epollet: ${complaint} (see node dist/cli/main.js bench --help)\n`],
    )
  })
}

/** The ids of all processes whose environment contains the given text. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text)
      } catch {
        return false
      }
    })
}

test('Ctrl-C ends `bench serve` with status 130, and leaves no process and no folder behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'epollet-serve-'))
  try {
    const args = ['bench', 'serve', '--only', 'servers,small', '--peers', 'floor']
    await using program = start(args, { env: { TMPDIR: folder } })
    while (!/% serve.servers, /.test(program.stderr)) await once(program.child.stderr!, 'data')
    assert.ok(processesWith(folder).length >= 2)
    program.kill('SIGINT')
    const { status, stdout } = await program.ended
    assert.equal(status, 130)
    assert.match(stdout, /Stopped before/)
    assert.deepEqual(processesWith(folder), [])
    assert.deepEqual(readdirSync(folder), [])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

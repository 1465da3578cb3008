import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { tarball } from '../support/tarball.ts'
import { fileOf, programs, putPrograms } from './programs.ts'

export interface Host {
  readonly name: string
  /** npm packages to install; the host's binary is in an optional dependency for each processor. */
  readonly packages: readonly string[]
  /** The binary's path below node_modules. */
  readonly binary: string
  /** Options that precede the program. */
  readonly options: readonly string[]
  /** Whether node:child_process passes the addon's descriptors to a child. */
  readonly handsOn: boolean
}

const run = promisify(execFile)

/** Tests that an installed epollet works under another Node-API host as it does under Node. */
export function testHost({ name, packages, binary, options, handsOn }: Host): void {
  const folder = mkdtempSync(join(tmpdir(), 'epollet-host-'))
  const host = join(folder, 'node_modules', binary)
  const cli = [...options, join(folder, 'node_modules/epollet/dist/cli/main.js')]
  const withinSeconds = { cwd: folder, timeout: 60_000 }

  before(async () => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    putPrograms(folder)
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await run('npm', ['install', ...quiet, await tarball(), ...packages], { cwd: folder })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function epollet(...args: string[]): Promise<string> {
    const { stdout } = await run(host, [...cli, ...args], withinSeconds)
    return stdout
  }

  for (const [i, { does, prints }] of programs.entries()) {
    test(`under ${name} ${does}`, async () => {
      const { stdout } = await run(host, [...options, join(folder, fileOf(i))], withinSeconds)
      assert.equal(stdout, `${prints}\n`)
    })
  }

  test(`under ${name} epollet info names the installed addon`, async () => {
    const prebuilt = join(folder, `node_modules/epollet/prebuilds/linux-${process.arch}`)
    assert.ok((await epollet('info')).includes(prebuilt), prebuilt)
  })

  test(`under ${name} epollet serve serves files until SIGTERM`, async () => {
    const { server, url } = await serving(host, [...cli, 'serve', '0', '--root', 'site'], folder)
    const page = await fetch(url)
    assert.deepEqual([page.status, await page.text()], [200, '<h1>hello</h1>'])
    const headers = { 'if-none-match': page.headers.get('etag') ?? '' }
    assert.equal((await fetch(url, { headers })).status, 304)
    const part = await fetch(`${url}large.bin`, { headers: { range: 'bytes=10-19' } })
    assert.deepEqual([part.status, await part.text()], [206, 'x'.repeat(10)])
    const whole = await (await fetch(`${url}large.bin`)).text()
    assert.equal(whole.length, 3_000_000)
    server.kill('SIGTERM')
    const [status] = await once(server, 'exit')
    assert.equal(status, 0)
  })

  test(`under ${name} epollet inspect shows the epoll of a server`, async () => {
    const { server } = await serving(host, [...cli, 'serve', '0', '--root', 'site'], folder)
    try {
      assert.match(await epollet('inspect', `${server.pid}`), /EPOLLIN/)
    } finally {
      server.kill('SIGKILL')
      await once(server, 'exit')
    }
  })

  for (const experiment of ['half-read', 'partial-send']) {
    test(`under ${name} epollet lab run ${experiment} prints the same as under Node`, async () => {
      const node = await run(process.execPath, [...cli.slice(-1), 'lab', 'run', experiment], {
        cwd: folder,
      })
      assert.equal(await epollet('lab', 'run', experiment), node.stdout)
    })
  }

  if (handsOn) {
    test(`under ${name} epollet lab export writes the pages`, async () => {
      await epollet('lab', 'export', 'exported')
      assert.match(readFileSync(join(folder, 'exported/index.html'), 'utf8'), /<title>/)
    })
  } else {
    test(`under ${name} an experiment that starts a process fails with a one-line error`, async () => {
      await assert.rejects(epollet('lab', 'run', 'child-keeps'), {
        code: 1,
        stderr: /^epollet: .+\n$/,
      })
    })
  }

  test(`under ${name} epollet bench prints a result`, async () => {
    const printed = await epollet('bench', '--only', 'control/mod')
    assert.match(printed, /^control\/mod: EPOLL_CTL_MOD$/m)
    assert.match(printed, /1 of 1 comparisons have a verdict|are unclear/)
  })
}

async function serving(
  host: string,
  args: string[],
  cwd: string,
): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(host, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 })
  for await (const line of createInterface(server.stdout)) {
    const [, url] = /^listening on (\S+)/.exec(line) ?? []
    if (url !== undefined) {
      server.stdout.resume()
      return { server, url }
    }
  }
  return assert.fail('the server ended before it listened')
}

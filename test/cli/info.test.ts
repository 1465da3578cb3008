import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { run } from './program.ts'

test('epollet info prints the host, the kernel, its features, the versions and the addon', async () => {
  const { status, stdout, stderr } = await run(['info'])
  assert.deepEqual([status, stderr], [0, ''])
  const rows = new Map(stdout.split('\n').map(line => [line.split('  ')[0], line.trimEnd()]))
  assert.deepEqual(
    [...rows.keys()],
    [
      'epollet',
      'runtime',
      'node',
      'Node-API',
      'libuv',
      'host',
      'kernel',
      'libc',
      'features',
      'addon',
    ],
  )
  assert.match(rows.get('kernel')!, /linux \d+\.\d+/)
  assert.match(rows.get('features')!, /epoll_pwait2 (yes|no), openat2 (yes|no)$/)
  assert.match(rows.get('runtime')!, /^runtime +Node \d+\.\d+\.\d+$/)
  assert.match(rows.get('libc')!, /^libc +(glibc 2\.\d+|musl)$/)
  assert.match(rows.get('addon')!, /\.node \((built here|prebuilt)\)$/)
})

test('epollet info --json prints the report as JSON', async () => {
  const { status, stdout } = await run(['info', '--json'])
  assert.equal(status, 0)
  const report = JSON.parse(stdout)
  assert.equal(report.node, process.version)
  assert.equal(report.libuv, process.versions.uv)
  assert.equal(`${report.epollet}`, (await run(['--version'])).stdout)
  assert.deepEqual(Object.keys(report.features), ['epoll_pwait2', 'openat2'])
  assert.match(report.addon, /\.node$/)
  assert.match(report.origin, /^(built here|prebuilt)$/)
  const { PRETTY_NAME: name } = Object.fromEntries(
    readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .map(line => [line.split('=')[0], line.split('=')[1]?.replaceAll('"', '')]),
  )
  assert.equal(report.host, name)
})

test('epollet info shows that the addon was loaded from EPOLLET_ADDON', async () => {
  const { addon } = JSON.parse((await run(['info', '--json'])).stdout)
  const { status, stdout } = await run(['info'], { env: { EPOLLET_ADDON: addon } })
  assert.equal(status, 0)
  assert.ok(stdout.endsWith(`${addon} (EPOLLET_ADDON)`))
})

test('epollet info without an addon prints the reason, and exits with status 1', async () => {
  const env = { EPOLLET_ADDON: '/nowhere.node' }
  const { status, stdout, stderr } = await run(['info'], { env })
  assert.equal(status, 1)
  assert.match(stdout, /^kernel +linux [\s\S]*^addon +not loaded$/m)
  assert.match(stderr, /^epollet: [^\n]*\/nowhere\.node[^\n]*\n$/)
  const json = await run(['info', '--json'], { env })
  assert.equal(json.status, 1)
  const { addon, origin, tried } = JSON.parse(json.stdout)
  assert.deepEqual([addon, origin, tried[0].path], [null, null, '/nowhere.node'])
  assert.equal(json.stderr, stderr)
})

test('epollet serve without an addon prints one line on stderr, and exits with status 1', async () => {
  const served = await run(['serve', '0', '--root', '.'], {
    under: ['env', 'EPOLLET_ADDON=/nowhere.node'],
  })
  assert.equal(served.status, 1)
  assert.match(served.stderr, /^epollet: [^\n]+\n$/)
})

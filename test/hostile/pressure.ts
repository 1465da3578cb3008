// Clients put pressure on a server with few descriptors; afterwards it must still serve files.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { start } from '../cli/program.ts'
import { client } from '../http/client.ts'
import { Site } from '../static/site.ts'
import { Raw } from '../support/raw-client.ts'
import { get } from '../support/stand.ts'

const largeBytes = 40_000
const hugeBytes = 32_000_000
const servedMs = 2000
const returnsMs = 10_000

/** Makes a sparse file, which takes no space on disk. */
function write(site: Site, name: string, sizeBytes: number): void {
  writeFileSync(site.path(name), '')
  truncateSync(site.path(name), sizeBytes)
}

function siteOf(files: number): Site {
  const site = new Site()
  mkdirSync(site.path(''), { recursive: true })
  for (let i = 0; i < files; i++) {
    write(site, `large-${i}`, largeBytes)
    write(site, `huge-${i}`, hugeBytes)
    write(site, `coded-${i}`, largeBytes)
    for (const suffix of ['br', 'gz']) write(site, `coded-${i}.${suffix}`, largeBytes)
  }
  return site
}

/** Requests one file after the other, and expects 200: a server without a free descriptor would answer 503. */
async function askForAll(port: number, prefix: string, files: number): Promise<void> {
  await using peer = await client(port)
  for (let i = 0; i < files; i++) {
    const { status } = await peer.get(`/${prefix}-${i}`, 'Accept-Encoding: br, gzip')
    assert.equal(status, 200)
  }
}

/** Clients request different files at the same time; each reads a little and resets its connection. */
async function abort(port: number, clients: number, files: number): Promise<void> {
  const peers = Array.from({ length: clients }, () => new Raw(port, 4096))
  await Promise.all(peers.map((peer, i) => peer.send(get(`/huge-${i % files}`))))
  for (let i = 0; i < 20; i++) {
    for (const peer of peers) peer.read(1000)
    await setTimeout(10)
  }
  for (const peer of peers) peer.reset()
}

/** Connects more clients than there are descriptors: some get answers, the others wait. */
async function burst(port: number, clients: number, files: number): Promise<void> {
  const peers = Array.from({ length: clients }, () => new Raw(port))
  for (const [i, peer] of peers.entries()) await peer.send(get(`/large-${i % files}`))
  for (let i = 0; i < 50; i++) {
    for (const peer of peers) while (peer.read());
    await setTimeout(10)
  }
  for (const peer of peers) peer.socket.close()
}

type Act = (port: number, files: number, site: Site, limit: number) => Promise<void>

const acts: readonly [name: string, act: Act][] = [
  ['large files', (port, files) => askForAll(port, 'large', files)],
  ['large files with siblings', (port, files) => askForAll(port, 'coded', files)],
  [
    'files that are deleted',
    async (port, files, site) => {
      await askForAll(port, 'huge', Math.min(files, 20))
      for (let i = 0; i < files; i++) rmSync(site.path(`huge-${i}`))
    },
  ],
  ['downloads that are aborted', (port, files, _site, limit) => abort(port, limit, files)],
  ['a burst of clients', (port, files, _site, limit) => burst(port, 2 * limit, files)],
]

function openCount(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

async function within(limitMs: number, what: () => string | null): Promise<void> {
  const endMs = performance.now() + limitMs
  for (let wrong = what(); wrong !== null; wrong = what()) {
    assert.ok(performance.now() < endMs, `after ${limitMs} ms ${wrong}`)
    await setTimeout(50)
  }
}

async function isServed(port: number, name: string): Promise<void> {
  const startMs = performance.now()
  for (;;) {
    await using peer = await client(port)
    const { status } = await peer.get(`/${name}`)
    if (status === 200) return
    assert.ok(performance.now() - startMs < servedMs, `${name} is answered with ${status}`)
    await setTimeout(50)
  }
}

/** @param files of each kind */
export function testPressure(limits: readonly number[], files: number): void {
  for (const limit of limits) {
    for (const [name, act] of acts) {
      test(`with ${limit} descriptors, after ${name}, a file is served within 2 s and all descriptors are closed within 10 s`, async () => {
        using site = siteOf(files)
        // Node raises the soft limit to the hard limit, so both are set.
        const under = ['sh', '-c', `ulimit -n ${limit} && exec "$@"`, 'sh']
        const args = ['serve', '0', '--root', site.path(''), '--quiet']
        await using program = start(args, { under })
        const port = await program.port()
        write(site, 'first', 10)
        await isServed(port, 'first')
        await setTimeout(200)
        const before = openCount(program.pid)
        await act(port, files, site, limit)
        write(site, 'fresh', largeBytes)
        await isServed(port, 'fresh')
        await within(returnsMs, () => {
          const count = openCount(program.pid)
          return count <= before ? null : `${count} descriptors are open, ${before} were`
        })
        program.kill('SIGTERM')
        assert.equal((await program.ended).status, 0)
      })
    }
  }
}

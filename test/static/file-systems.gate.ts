// Reads from disk don't delay other clients, whether or not the file system can report which parts of a file are in
// memory. Needs root, mounts and, on Debian: apt-get install bindfs e2fsprogs fuse3 libfuse3-dev pkg-config
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Program, start } from '../cli/program.ts'
import { client } from '../http/client.ts'

const delayMs = 50
const coldBytes = 4_194_304
const base = mkdtempSync(join(tmpdir(), 'epollet-file-systems-'))
const children: ChildProcess[] = []
const mounts: string[] = []

after(() => {
  for (const mount of mounts.reverse()) run('umount', '-l', mount)
  for (const child of children) child.kill('SIGKILL')
  rmSync(base, { recursive: true })
})

function run(...[command = '', ...words]: string[]): void {
  execFileSync(command, words, { stdio: 'pipe' })
}

function folder(...names: string[]): string {
  const path = join(base, ...names)
  mkdirSync(path, { recursive: true })
  return path
}

function isMounted(at: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'latin1').includes(` ${at} `)
}

function mount(at: string, ...words: string[]): void {
  run('mount', ...words, at)
  mounts.push(at)
}

/** Starts a FUSE program and waits for its mount; both end with the tests. */
async function serve(at: string, ...[command = '', ...words]: string[]): Promise<void> {
  children.push(spawn(command, [...words, at], { stdio: 'ignore' }))
  for (let i = 0; !isMounted(at); i++) {
    assert.ok(i < 100, `${command} did not mount within 5 s: apt-get install bindfs fuse3`)
    await setTimeout(50)
  }
  mounts.push(at)
}

function mountsOrWhy(): string | false {
  try {
    const at = folder('try')
    run('mount', '-t', 'tmpfs', 'tmpfs', at)
    run('umount', at)
    return false
  } catch (error) {
    return `nothing can be mounted: ${(error as Error).message.trim()}`
  }
}

const skip = mountsOrWhy()
const files = ['cold-1', 'cold-2', 'cold-small']

function fill(path: string): void {
  for (const name of files)
    writeFileSync(join(path, name), Buffer.alloc(name.endsWith('small') ? 1000 : coldBytes, 'x'))
}

function evict(path: string): void {
  const words = ['oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']
  for (const name of files) run('dd', `of=${join(path, name)}`, ...words)
}

function slowFs(): string {
  const program = join(base, 'slow-fs')
  const source = fileURLToPath(new URL('slow-fs.c', import.meta.url))
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'fuse3'], { encoding: 'utf8' })
  run('cc', source, '-o', program, ...flags.trim().split(' '))
  return program
}

/** Each function mounts a file system below the root, and returns the names of files that are not in memory. */
const kinds: Readonly<Record<string, (at: string) => Promise<readonly string[]>>> = {
  async ext4(at) {
    const image = join(base, 'image')
    writeFileSync(image, '')
    truncateSync(image, 64 * 1_048_576)
    run('mkfs.ext4', '-q', image)
    mount(at, '-o', 'loop', image)
    fill(at)
    evict(at)
    return files
  },
  async tmpfs(at) {
    mount(at, '-t', 'tmpfs', 'tmpfs')
    fill(at)
    return files
  },
  async overlayfs(at) {
    const [lower, upper, work] = ['lower', 'upper', 'work'].map(name => folder('overlay', name))
    fill(lower!)
    evict(lower!)
    mount(
      at,
      '-t',
      'overlay',
      'overlay',
      '-o',
      `lowerdir=${lower},upperdir=${upper},workdir=${work}`,
    )
    return files
  },
  async 'overlayfs on a slow disk'(at) {
    const [lower, upper, work] = ['lower', 'upper', 'work'].map(name =>
      folder('slow-overlay', name),
    )
    await serve(lower!, slowFs(), '-f')
    mount(
      at,
      '-t',
      'overlay',
      'overlay',
      '-o',
      `lowerdir=${lower},upperdir=${upper},workdir=${work}`,
    )
    return ['slow-1', 'slow-2', 'slow-small']
  },
  async 'a slow FUSE file system'(at) {
    await serve(at, slowFs(), '-f')
    return ['slow-1', 'slow-2', 'slow-small']
  },
  async 'bindfs with a limited read rate'(at) {
    const source = folder('bound')
    fill(source)
    await serve(at, 'bindfs', '-f', '--read-rate=1M', '--multithreaded', source)
    return files
  },
}

/**
 * The longest time that a client waits for a cached file, measured until `meanwhile` has settled but for at least 3 s.
 */
async function longestWait(port: number, meanwhile: Promise<unknown>): Promise<number> {
  await using peer = await client(port)
  let isOver = false
  meanwhile.finally(() => {
    isOver = true
  })
  let longest = 0
  for (const endMs = performance.now() + 3000; !isOver || performance.now() < endMs; ) {
    const startMs = performance.now()
    assert.equal((await peer.get('/cached.txt')).status, 200)
    longest = Math.max(longest, performance.now() - startMs)
    await setTimeout(2)
  }
  return longest
}

async function fetched(port: number, name: string): Promise<void> {
  await using peer = await client(port)
  const { status, body } = await peer.get(`/mount/${name}`)
  assert.deepEqual([status, body.length], [200, name.endsWith('small') ? 1000 : coldBytes])
}

async function serving(site: string): Promise<[Program, number]> {
  const program = start(['serve', '0', '--root', site, '--quiet'])
  return [program, await program.port()]
}

for (const [name, prepare] of Object.entries(kinds)) {
  test(`${name}: reads from disk delay answers with a cached file by at most ${delayMs} ms`, {
    skip,
  }, async t => {
    const site = folder(`site-of-${name.replaceAll(' ', '-')}`)
    writeFileSync(join(site, 'cached.txt'), 'cached')
    const at = join(site, 'mount')
    mkdirSync(at)
    const names = await prepare(at)
    const [program, port] = await serving(site)
    await using _ = program
    const control = await longestWait(port, setTimeout(3000))
    const longest = await longestWait(port, Promise.all(names.map(one => fetched(port, one))))
    t.diagnostic(`${longest.toFixed(1)} ms at most, ${control.toFixed(1)} ms without cold reads`)
    assert.ok(longest <= control + delayMs, `${longest} ms, and ${control} ms without`)
  })
}

test('a mount that hangs blocks only two threads: its other files get 503, files elsewhere are served, and SIGTERM ends the process', {
  skip,
}, async t => {
  const site = folder('hanging')
  writeFileSync(join(site, 'cached.txt'), 'cached')
  writeFileSync(join(site, 'other'), Buffer.alloc(100_000, 'x'))
  const at = join(site, 'mount')
  mkdirSync(at)
  await serve(at, slowFs(), '-f')
  const [program, port] = await serving(site)
  await using _ = program
  const hung = await Promise.all(['a', 'b'].map(() => client(port)))
  t.after(() => Promise.all(hung.map(peer => peer[Symbol.asyncDispose]())))
  for (const [i, peer] of hung.entries()) peer.get(`/mount/hang-${i}`).catch(() => {})
  await setTimeout(1500)
  for (const name of ['hang-c', 'hang-small', 'hang-0']) {
    await using peer = await client(port)
    const startMs = performance.now()
    assert.equal((await peer.get(`/mount/${name}`)).status, 503, name)
    const passedMs = performance.now() - startMs
    assert.ok(passedMs < 500, `${name} after ${passedMs} ms`)
    assert.equal((await peer.get('/cached.txt')).status, 200)
    assert.equal((await peer.get('/other')).status, 200)
  }
  program.kill('SIGTERM')
  const startMs = performance.now()
  const { status } = await program.ended
  t.diagnostic(`the process ended after ${Math.round(performance.now() - startMs)} ms`)
  assert.equal(status, 0)
})

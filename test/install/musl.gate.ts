// The package on Debian's musl, under npm's Bun for musl, because npm has no Node for musl.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { tarball } from '../support/tarball.ts'
import { ForeignRoot, folder, lacking as skip } from './foreign-root.ts'
import { fromNpm, unpack } from './packages.ts'
import { held, program } from './programs.ts'

const installed = '/app/node_modules/epollet'
const main = `${installed}/dist/cli/main.js`
let musl: ForeignRoot

// Debian's libstdc++.so is built for glibc, but its archive can be linked for musl. It needs seven symbols that musl
// lacks and Bun never uses.
const stubs = `
  void *__dso_handle = &__dso_handle;
  char __libc_single_threaded;
  int __cxa_thread_atexit_impl(void) { return 0; }
  int _dl_find_object(void) { return -1; }
  unsigned arc4random(void) { return 4; }
  int __strftime_l(void) { return 0; }
  void *_ZNSi6ignoreEl(void *stream) { return stream; }
  void *_ZNSt13basic_istreamIwSt11char_traitsIwEE6ignoreEl(void *stream) { return stream; }`

function linkLibrary(archive: string, library: string): void {
  const source = `${library}.c`
  writeFileSync(source, stubs)
  const whole = ['-Wl,--whole-archive', archive, '-Wl,--no-whole-archive', '-lgcc', '-lgcc_eh']
  const options = ['-w', '-shared', '-fPIC', '-nostdlib', '-fvisibility=hidden']
  execFileSync('gcc', [...options, '-o', library, source, ...whole], { stdio: 'pipe' })
}

before(async () => {
  if (skip !== false) return
  const base = folder('musl')
  await unpack(base, 'musl', 'libstdc++-12-pic', 'busybox-static')
  musl = new ForeignRoot(join(base, 'root'))
  const lib = musl.outside('/lib')
  mkdirSync(lib)
  musl.copy(join(base, 'lib/x86_64-linux-musl/libc.so'), '/lib/ld-musl-x86_64.so.1')
  symlinkSync('ld-musl-x86_64.so.1', join(lib, 'libc.musl-x86_64.so.1'))
  const archive = join(base, 'usr/lib/gcc/x86_64-linux-gnu/12/libstdc++_pic.a')
  linkLibrary(archive, join(lib, 'libstdc++.so.6'))
  // The lab needs a shell to start its process.
  musl.copy(join(base, 'bin/busybox'), '/bin/sh')
  const bun = await fromNpm(join(base, 'bun'), '@oven/bun-linux-x64-musl')
  musl.copy(join(bun, '@oven/bun-linux-x64-musl/bin/bun'), '/bin/bun')
  musl.copy(await fromNpm(join(base, 'app'), await tarball()), '/app/node_modules')
  musl.write('/app/use.mjs', program)
})

test('the published addon waits, watches and serves on musl, under Bun', { skip }, async t => {
  const { addon, libc } = held(await musl.printed('/bin/bun', '/app/use.mjs'))
  assert.equal(addon, `${installed}/prebuilds/linux-x64/epollet.node`)
  assert.equal(libc, '/lib/ld-musl-x86_64.so.1')
  t.diagnostic(`Bun ${await musl.printed('/bin/bun', '--version')}`)
})

test('epollet info names the published addon', { skip }, async () => {
  const { addon } = JSON.parse(await musl.printed('/bin/bun', main, 'info', '--json'))
  assert.match(JSON.stringify(addon), /prebuilds\/linux-x64\/epollet\.node/)
})

test('an experiment of the lab runs', { skip }, async () => {
  const printed = await musl.printed('/bin/bun', main, 'lab', 'run', 'half-read')
  assert.match(printed, /\nread r 1000 {3}-> 1000\nwait L {8}-> r:IN\nwait E {8}-> nothing\n/)
})

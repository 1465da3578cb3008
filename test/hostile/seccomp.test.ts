// The program under a seccomp filter that forbids openat2, as in some container runtimes.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { start } from '../cli/program.ts'
import { client } from '../http/client.ts'
import { page, siteOfPages, write } from '../support/stand.ts'

const filter = fileURLToPath(new URL('seccomp.py', import.meta.url))
const site = siteOfPages()
after(() => site[Symbol.dispose]())
mkdirSync(site.path('sub/deep'), { recursive: true })
write(site, 'sub/file', 'a file')
writeFileSync(join(site.outside, 'secret'), 'secret')
for (const [name, target] of [
  ['inside', 'sub/file'],
  ['sub/deep/inside', '../../sub/file'],
  ['outside', '../secret'],
  ['sub/deep/outside', '../../../secret'],
  ['up', '..'],
  ['absolute', join(site.outside, 'secret')],
  ['absolute-inside', site.path('sub/file')],
  ['root', '/'],
  ['proc', '/proc/self/root'],
  ['loop', 'loop'],
] as const) {
  symlinkSync(target, site.path(name))
}

const targets: [target: string, status: number, body?: string][] = [
  ['/', 200, page],
  ['/sub/file', 200, 'a file'],
  ['/inside', 200, 'a file'],
  ['/sub/deep/inside', 200, 'a file'],
  ['/sub/deep/../file', 200, 'a file'],
  ['/missing', 404],
  ['/outside', 404],
  ['/sub/deep/outside', 404],
  ['/up/secret', 404],
  ['/up/root/index.html', 404],
  ['/absolute', 404],
  ['/absolute-inside', 200, 'a file'],
  ['/root/etc/passwd', 404],
  ['/proc/etc/passwd', 404],
  ['/loop', 404],
  ['/../secret', 400],
  ['/sub/../../secret', 400],
  ['/%2e%2e/secret', 400],
  ['/..%2fsecret', 404],
  ['/sub/..%2f..%2fsecret', 404],
]

for (const errno of ['EPERM', 'ENOSYS']) {
  test(`if openat2 fails with ${errno}, files are still served and clients cannot escape the root`, async () => {
    const under = ['python3', filter, errno]
    await using program = start(['serve', '0', '--root', site.path(''), '--quiet'], { under })
    await using peer = await client(await program.port())
    assert.match(readFileSync(`/proc/${program.pid}/status`, 'latin1'), /^Seccomp:\s*2$/m)
    for (const [target, status, body] of targets) {
      const answer = await peer.get(target)
      assert.equal(answer.status, status, target)
      if (body !== undefined) assert.equal(answer.body.toString(), body, target)
      assert.ok(!answer.body.includes('secret'), target)
    }
    assert.equal((await peer.get('/big', 'Range: bytes=0-999999')).body.length, 1_000_000)
    program.kill('SIGTERM')
    const { status, stderr } = await program.ended
    assert.deepEqual([status, stderr], [0, ''])
  })
}

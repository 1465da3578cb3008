import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import {
  constants,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import {
  File,
  FileStat,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
} from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants
const base = mkdtempSync(`${tmpdir()}/epollet-file-`)
const root = `${base}/root`
mkdirSync(`${root}/inner`, { recursive: true })
writeFileSync(`${base}/secret`, 'secret')
writeFileSync(`${root}/hello`, 'hello, world')
symlinkSync('hello', `${root}/relative`)
symlinkSync(`${root}/hello`, `${root}/absolute`)
symlinkSync('../secret', `${root}/out`)
after(() => rmSync(base, { recursive: true }))

test('open() takes an absolute path, or a path relative to a directory', () => {
  using whole = File.open(`${root}/hello`)
  using directory = File.open(root, { flags: O_RDONLY | O_DIRECTORY })
  using relative = File.open('hello', { directory })
  for (const file of [whole, relative])
    assert.equal(readlinkSync(`/proc/self/fd/${file.fileno()}`), `${root}/hello`)
})

test('an error of open() names the path', () => {
  const rows: [call: () => File, code: string][] = [
    [() => File.open(`${root}/none`), 'ENOENT'],
    [() => File.open(`${root}/hello/x`), 'ENOTDIR'],
    [() => File.open(`${root}/relative`, { flags: O_NOFOLLOW }), 'ELOOP'],
    [() => File.open(`${root}/hello`, { flags: O_WRONLY | O_CREAT | O_EXCL }), 'EEXIST'],
    [() => File.open('x'.repeat(300)), 'ENAMETOOLONG'],
    [() => File.open('x'.repeat(100_000)), 'ENAMETOOLONG'],
  ]
  for (const [call, code] of rows) assert.throws(call, { code, syscall: 'openat', message: /"/ })
  assert.throws(() => File.open('a\0b'), { name: 'RangeError', message: /without NUL/ })
})

test('open() creates a file with the given mode or 0o666, minus the umask', () => {
  const before = process.umask(0o022)
  for (const [name, options, mode] of [
    ['own', { mode: 0o640 }, 0o640],
    ['plain', {}, 0o644],
  ] as const) {
    File.open(`${base}/${name}`, { flags: O_WRONLY | O_CREAT, ...options }).close()
    assert.equal(statSync(`${base}/${name}`).mode & 0o7777, mode)
  }
  process.umask(before)
})

test('read() reads at a position and returns an empty buffer beyond the end', () => {
  using file = File.open(`${root}/hello`)
  assert.equal(file.read(5).toString(), 'hello')
  assert.equal(file.read(5).toString(), 'hello') // read() does not advance a file position
  assert.equal(file.read(100, 7).toString(), 'world')
  assert.equal(file.read(100, 12).length, 0)
  assert.equal(file.read(1, Number.MAX_SAFE_INTEGER).length, 0)
  assert.equal(file.read(0).length, 0)
})

test('readInto() reads into part of a buffer', () => {
  using file = File.open(`${root}/hello`)
  const bytes = Buffer.alloc(8, '.')
  assert.equal(file.readInto(bytes, 7, 2, 3), 3)
  assert.equal(bytes.toString(), '..wor...')
  assert.equal(file.readInto(bytes, 10), 2)
  assert.throws(() => file.readInto(bytes, 0, 9), { name: 'RangeError', message: /^offset/ })
  assert.throws(() => file.readInto(bytes, 0, 4, 5), { name: 'RangeError', message: /^length/ })
})

test('read() of a directory throws EISDIR', () => {
  using directory = File.open(root)
  assert.throws(() => directory.read(1), { code: 'EISDIR', syscall: 'pread' })
})

test('read() retries after a signal', t => {
  using file = File.open(`${root}/hello`)
  const { pread } = native
  let signals = 3
  t.mock.method(native, 'pread', (...args: Parameters<typeof pread>) =>
    signals-- > 0 ? -4 : pread(...args),
  )
  assert.equal(file.read(5).toString(), 'hello')
})

test('stat() returns the kind, size and times', () => {
  utimesSync(`${root}/hello`, 1_000_000_000.25, 1_000_000_000.25)
  using file = File.open(`${root}/hello`)
  const stat = file.stat()
  assert.deepEqual(
    [stat.isFile, stat.isDirectory, stat.sizeBytes, stat.mtimeS, stat.mtimeNs],
    [true, false, 12, 1_000_000_000, 250_000_000],
  )
  using directory = File.open(root)
  const same = directory.stat(stat)
  assert.equal(same, stat)
  assert.deepEqual([stat.isFile, stat.isDirectory], [false, true])
})

test('FileStat.equals() is true until the file changes', () => {
  writeFileSync(`${base}/changing`, 'one')
  using file = File.open(`${base}/changing`)
  const before = file.stat()
  assert.equal(before.equals(file.stat()), true)
  utimesSync(`${base}/changing`, 1, 1)
  assert.equal(before.equals(file.stat()), false)
  using other = File.open(`${root}/hello`)
  assert.equal(file.stat().equals(other.stat()), false)
  assert.equal(new FileStat().equals(new FileStat()), true)
})

const beneath: [path: string, resolve: number, answer: string][] = [
  ['hello', RESOLVE_BENEATH, 'hello, world'],
  ['inner/../hello', RESOLVE_BENEATH, 'hello, world'],
  ['relative', RESOLVE_BENEATH, 'hello, world'],
  ['relative', RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS, 'ELOOP'],
  ['absolute', RESOLVE_BENEATH, 'EXDEV'],
  ['out', RESOLVE_BENEATH, 'EXDEV'],
  ['../secret', RESOLVE_BENEATH, 'EXDEV'],
  ['inner/../../secret', RESOLVE_BENEATH, 'EXDEV'],
  ['/etc/passwd', RESOLVE_BENEATH, 'EXDEV'],
  ['../secret', 0, 'secret'],
  ['none', RESOLVE_BENEATH, 'ENOENT'],
  ['', RESOLVE_BENEATH, 'ENOENT'],
  ['hello/', RESOLVE_BENEATH, 'ENOTDIR'],
  ['hello', 0x4000_0000, 'EINVAL'],
]
for (const [path, resolve, answer] of beneath) {
  test(`openBeneath("${path}", ${resolve}) results in ${answer}`, () => {
    using directory = File.open(root)
    const open = () => File.openBeneath(directory, path, { resolve })
    if (/^E[A-Z]+$/.test(answer)) {
      assert.throws(open, { code: answer, syscall: 'openat2', name: 'SystemError' })
      return
    }
    using file = open()
    assert.equal(file.read(100).toString(), answer)
  })
}

test('openBeneath() with RESOLVE_NO_MAGICLINKS does not follow the links of /proc', () => {
  using proc = File.open('/proc/self')
  assert.throws(() => File.openBeneath(proc, 'exe', { resolve: RESOLVE_NO_MAGICLINKS }), {
    code: 'ELOOP',
  })
})

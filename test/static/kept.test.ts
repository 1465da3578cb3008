// The file cache opens a file once, whatever the spelling of its path.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { native, O_PATH } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { Stage } from './stage.ts'

/** Requests each target twice, and returns how often the file was opened for reading. */
async function openingsOf(
  stage: Stage,
  file: string,
  targets: readonly string[],
  mock: (call: (...args: Parameters<typeof native.openat2>) => number) => void,
): Promise<number> {
  const { openat2 } = native
  let count = 0
  mock((...args) => {
    if (args[1] === file && (args[2] & O_PATH) === 0) count++
    return openat2(...args)
  })
  await using peer = await client(stage.port)
  for (const target of [...targets, ...targets])
    assert.equal((await peer.get(target)).status, 200, target)
  return count
}

test('a file is opened once for all spellings of its path, and a change appears immediately under each spelling', async t => {
  using stage = new Stage({ 'd/a[1] é.txt': 'one' })
  const spellings = [
    '/d/a%5B1%5D%20%C3%A9.txt',
    '/d/a[1]%20%c3%a9.txt',
    '//d/a[1]%20%C3%A9.txt',
    '/d/./a[1]%20%C3%A9.txt',
    '/%64/%61[1]%20%C3%A9.txt',
    '/x/../d//a%5B1%5d%20%C3%A9.txt',
    'http://b/d/a[1]%20%C3%A9.txt',
    '/d/a[1]%20%C3%A9.txt?x',
  ]
  const mock = (call: (...args: Parameters<typeof native.openat2>) => number) =>
    void t.mock.method(native, 'openat2', call)
  assert.equal(await openingsOf(stage, 'd/a[1] é.txt', spellings, mock), 1)
  for (const [i, target] of spellings.entries()) {
    writeFileSync(stage.path('d/a[1] é.txt'), `changed ${i}`)
    assert.equal((await stage.get(target)).body.toString(), `changed ${i}`)
  }
})

test('a fallback is opened once for all missing pages', async t => {
  const rules = '/*\n  X-A: b\n/other/*\n  X-Path: :splat\n  ! X-A\n  ! X-Content-Type-Options'
  using stage = new Stage({ 'app.html': 'app', _headers: rules })
  stage.serve({ fallback: 'app.html' })
  const paths = Array.from({ length: 50 }, (_, i) => `/page/${i}`)
  const mock = (call: (...args: Parameters<typeof native.openat2>) => number) =>
    void t.mock.method(native, 'openat2', call)
  assert.equal(await openingsOf(stage, 'app.html', paths, mock), 1)
  await using peer = await client(stage.port)
  for (const [target, path, a, sniff] of [
    ['/other/1', '1', undefined, undefined],
    ['/page', undefined, 'b', 'nosniff'],
    ['/other/2', '2', undefined, undefined],
    ['/page/2', undefined, 'b', 'nosniff'],
  ] as const) {
    const { fields, body } = await peer.get(target)
    assert.equal(body.toString(), 'app')
    const got = ['x-path', 'x-a', 'x-content-type-options'].map(name => fields.get(name))
    assert.deepEqual(got, [path, a, sniff], target)
    assert.equal(fields.get('vary'), 'Sec-Fetch-Dest')
  }
  writeFileSync(stage.path('app.html'), 'changed')
  assert.equal((await peer.get('/page')).body.toString(), 'changed')
  writeFileSync(stage.path('page'), 'a file')
  assert.equal((await peer.get('/page')).body.toString(), 'a file')
})

// Symbolic links, in each mode of the option `links`.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Links } from '../../lib/static/root.ts'
import { ENOSYS, native } from '../../lib/sys/index.ts'
import { client } from '../http/client.ts'
import { pass } from '../support/clock.ts'
import { Stage } from './stage.ts'

const openings: [name: string, errno: number | null][] = [
  ['openat2', null],
  ['a walk', ENOSYS],
]

/** A site as deployed by Capistrano, with each kind of link for each use of a file. */
class Deployed extends Stage {
  constructor() {
    super({
      'releases/2/index.html': 'two',
      'releases/2/x.js': 'js',
      'releases/2/img/a.txt': 'img',
      'shared/x.js.br': 'br',
      'shared/404.html': 'not here',
      'shared/rules': '/*\n  X-Rule: yes\n',
      'shared/app.html': 'app',
      'shared/index.html': 'shared index',
      'empty/keep.txt': '',
    })
    const { outside } = this.site
    mkdirSync(`${outside}/elsewhere`)
    writeFileSync(`${outside}/elsewhere/index.html`, 'elsewhere')
    writeFileSync(`${outside}/elsewhere/page`, 'elsewhere')
    symlinkSync(this.path('releases/2'), this.path('current'))
    symlinkSync(this.path('shared/x.js.br'), this.path('releases/2/x.js.br'))
    symlinkSync(this.path('shared/404.html'), this.path('404.html'))
    symlinkSync(this.path('shared/rules'), this.path('_headers'))
    symlinkSync(this.path('shared/app.html'), this.path('app.html'))
    symlinkSync(this.path('shared/index.html'), this.path('empty/index.html'))
    symlinkSync(`${outside}/elsewhere`, this.path('out'))
    symlinkSync('../elsewhere/page', this.path('page'))
    writeFileSync(this.path('page.html'), 'page')
    symlinkSync('../elsewhere/nothing', this.path('nothing'))
    writeFileSync(this.path('nothing.html'), 'page')
  }
}

for (const [name, errno] of openings) {
  test(`a link that leads inside the root works for every use of a file (${name})`, async t => {
    if (errno !== null) t.mock.method(native, 'openat2', () => errno)
    using stage = new Deployed()
    const serving = stage.serve({ listing: true, cleanUrls: true })
    await using peer = await client(serving.port)
    for (const [target, body] of [
      ['/current/', 'two'],
      ['/current/img/a.txt', 'img'],
      ['/empty/', 'shared index'],
      ['/app.html', 'app'],
      ['/missing', 'not here'],
      // The answer doesn't depend on whether a file outside exists.
      ['/page', 'page'],
      ['/nothing', 'page'],
      ['/out/', 'not here'],
      ['/out/page', 'not here'],
    ] as const)
      for (let i = 0; i < 2; i++)
        assert.equal((await peer.get(target)).body.toString(), body, target)
    const { fields, body } = await peer.get('/current/x.js', 'Accept-Encoding: br')
    assert.deepEqual([fields.get('content-encoding'), body.toString()], ['br', 'br'])
    assert.equal(fields.get('x-rule'), 'yes')
    const listing = (await peer.get('/', 'Accept: application/json')).body.toString()
    const names = (JSON.parse(listing) as { name: string }[]).map(entry => entry.name)
    assert.deepEqual(
      names.filter(found => /current|404|app|out|page|nothing/.test(found)),
      ['current', '404.html', 'app.html', 'nothing.html', 'page.html'],
    )
    assert.deepEqual(serving.errors, [])
  })

  test(`with links: none, no link is followed (${name})`, async t => {
    if (errno !== null) t.mock.method(native, 'openat2', () => errno)
    using stage = new Deployed()
    symlinkSync('shared', stage.path('relative'))
    const serving = stage.serve({ links: 'none', listing: true, headers: 'releases/rules' })
    await using peer = await client(serving.port)
    for (const target of [
      '/current/',
      '/current',
      '/relative/app.html',
      '/empty/x',
      '/app.html',
      '/out/',
      '/page',
    ])
      assert.equal((await peer.get(target)).status, 404, target)
    assert.equal((await peer.get('/releases/2/')).body.toString(), 'two')
    const plain = await peer.get('/releases/2/x.js', 'Accept-Encoding: br')
    assert.equal(plain.body.toString(), 'js')
    const listing = (await peer.get('/')).body.toString()
    assert.match(listing, /releases/)
    assert.doesNotMatch(listing, /current|relative|app|"page"/)
    assert.deepEqual(serving.warnings, [])
  })

  test(`with links: any, every link is followed, and a warning says so (${name})`, async t => {
    if (errno !== null) t.mock.method(native, 'openat2', () => errno)
    using stage = new Deployed()
    const serving = stage.serve({ links: 'any', listing: true })
    await using peer = await client(serving.port)
    for (const [target, body] of [
      ['/current/', 'two'],
      ['/out/', 'elsewhere'],
      ['/out/page', 'elsewhere'],
      ['/page', 'elsewhere'],
    ] as const)
      for (let i = 0; i < 2; i++)
        assert.equal((await peer.get(target)).body.toString(), body, target)
    assert.equal((await peer.get('/out')).status, 301)
    assert.match((await peer.get('/')).body.toString(), /href="out\/"/)
    assert.equal((await peer.get('/../secret')).status, 400)
    assert.deepEqual(serving.warnings, ['all symbolic links are followed, even out of the root'])
  })
}

/** Swaps a link between targets as fast as possible in another thread. */
function swapping(link: string, targets: readonly string[]): Worker {
  return new Worker(
    `const { renameSync, symlinkSync } = require('node:fs')
     const { parentPort, workerData: { link, targets } } = require('node:worker_threads')
     let goes = true
     parentPort.once('message', () => { goes = false })
     const swap = i => {
       for (let j = 0; j < 50; j++) {
         symlinkSync(targets[(i + j) % targets.length], link + '.next')
         renameSync(link + '.next', link)
       }
       if (goes) setImmediate(swap, i + 50)
     }
     swap(0)`,
    { eval: true, workerData: { link, targets } },
  )
}

for (const links of ['inside', 'none'] as const satisfies Links[])
  for (const [name, errno] of openings)
    test(`links that are swapped during requests never show files outside the root (${links}, ${name})`, async t => {
      if (errno !== null) t.mock.method(native, 'openat2', () => errno)
      using stage = new Stage({ 'a/f.txt': 'inside', 'b/f.txt': 'inside' })
      const { outside } = stage.site
      mkdirSync(`${outside}/a`)
      writeFileSync(`${outside}/a/f.txt`, 'secret')
      const { port } = stage.serve({ links })
      await using peer = await client(port)
      const targets = [
        stage.path('a'),
        `${outside}/a`,
        'b',
        '../a',
        `${stage.path('')}/../a`,
        stage.path('second'),
      ]
      symlinkSync('a', stage.path('first'))
      symlinkSync('b', stage.path('second'))
      const workers = [
        swapping(stage.path('first'), targets),
        swapping(stage.path('second'), ['a', `${outside}/a`, '../a']),
      ]
      const seen = new Set<string>()
      for (let i = 0; i < 300; i++) {
        const { status, body } = await peer.get(i % 2 === 0 ? '/first/f.txt' : '/first/')
        seen.add(status === 200 ? body.toString() : String(status))
        if (i % 50 === 0) await setImmediate()
      }
      for (const worker of workers) {
        worker.postMessage('end')
        await new Promise(resolve => worker.once('exit', resolve))
      }
      assert.deepEqual([...seen].sort(), links === 'none' ? ['404'] : ['404', 'inside'])
    })

test('absolute links that begin with the root’s path, resolved or as given, still work after the root is swapped', async () => {
  using stage = new Stage()
  const root = `${stage.site.outside}/live`
  for (const version of ['v1', 'v2']) {
    mkdirSync(`${stage.site.outside}/${version}`)
    writeFileSync(`${stage.site.outside}/${version}/f.txt`, version)
    symlinkSync(`${root}/f.txt`, `${stage.site.outside}/${version}/given`)
    symlinkSync(`${stage.site.outside}/${version}/f.txt`, `${stage.site.outside}/${version}/real`)
  }
  symlinkSync('v1', root)
  rmSync(stage.path(''), { recursive: true })
  symlinkSync('live', stage.path(''))
  const { port } = stage.serve()
  await using peer = await client(port)
  const seen = async () => [
    (await peer.get('/real')).body.toString(),
    (await peer.get('/f.txt')).body.toString(),
  ]
  assert.deepEqual(await seen(), ['v1', 'v1'])
  symlinkSync('v2', `${stage.site.outside}/next`)
  renameSync(`${stage.site.outside}/next`, root)
  // The server checks its root once a second.
  pass(1100)
  assert.deepEqual(await seen(), ['v2', 'v2'])
})

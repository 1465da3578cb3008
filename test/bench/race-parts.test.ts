// The parts of a race between servers.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { reportOf } from '../../lib/bench/index.ts'
import { fullRaceSizes } from '../../lib/bench/measure/sizes.ts'
import { accountIn, accountOf, residentBytes, spent } from '../../lib/bench/race/account.ts'
import { answersIn } from '../../lib/bench/race/ask.ts'
import { epollet, nodeHttp, peers } from '../../lib/bench/race/contestants.ts'
import { numbersOf, placementOf } from '../../lib/bench/race/placement.ts'
import { makeSite } from '../../lib/bench/race/site.ts'
import { leastAnswer, raceNames, requestOf, small, works } from '../../lib/bench/race/works.ts'
import { raceAgain } from '../../lib/bench/report/race-again.ts'
import { wordsOf } from '../../lib/bench/report/words.ts'
import { madeUpComparison, madeUpResult } from './made-up.ts'

const floor = peers.find(({ id }) => id === 'floor')!

for (const [list, numbers] of [
  ['0', [0]],
  ['0-2,5', [0, 1, 2, 5]],
  ['3,7-8', [3, 7, 8]],
] as const)
  test(`numbersOf() parses '${list}'`, () => assert.deepEqual(numbersOf(list), numbers))

for (const [processors, programs, server, load, note] of [
  [
    [2, 3, 4],
    ['taskset'],
    ['taskset', '-c', '2'],
    ['taskset', '-c', '3'],
    /processor 2.*processor 3/,
  ],
  [[0, 1], [], [], [], /taskset is not installed/],
  [[0], ['taskset'], [], [], /share one processor/],
  [
    [0, 1],
    ['taskset', 'setpriv'],
    ['setpriv', '--pdeathsig', 'KILL', 'taskset', '-c', '0'],
    ['setpriv', '--pdeathsig', 'KILL', 'taskset', '-c', '1'],
    /processor 0/,
  ],
] as const)
  test(`placementOf() pins servers and load (processors ${processors}, tools: ${programs.join(', ') || 'none'})`, () => {
    const has = (program: string): boolean => (programs as readonly string[]).includes(program)
    const placement = placementOf(processors, has)
    assert.deepEqual([placement.server, placement.load], [server, load])
    assert.match(placement.note, note)
  })

test('accountIn() reads the CPU time and the run queue time of a thread', () =>
  assert.deepEqual(accountIn('123456 789 12\n'), { cpuNs: 123_456, waitNs: 789 }))

test('spent() returns the difference between two accounts, and throws if no CPU time was recorded', () => {
  const before = { cpuNs: 100, waitNs: 5 }
  assert.deepEqual(spent(before, { cpuNs: 350, waitNs: 5 }), { cpuNs: 250, waitNs: 0 })
  assert.throws(() => spent(before, before), { name: 'LeftOut' })
})

test('accountOf() reports the CPU time of a sleeping process, and 0 for one that has ended', async () => {
  const child = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.write('x')
  await once(child.stdout, 'data')
  assert.ok((await accountOf(child.pid!)).cpuNs > 0)
  assert.ok(residentBytes(child.pid!) > 2 ** 16)
  child.stdin.end()
  await once(child, 'close')
  assert.deepEqual(await accountOf(child.pid!), { cpuNs: 0, waitNs: 0 })
})

for (const [name, text, found] of [
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-Len', null],
  ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab', null],
  ['a complete answer', 'HTTP/1.1 200 OK\r\ncontent-length:3\r\n\r\nabc', [200, null, 'abc', 40]],
  [
    'an answer with an ETag',
    'HTTP/1.1 404 No\r\nETag: W/"x"\r\nContent-Length: 0\r\n\r\n',
    [404, 'W/"x"', '', 51],
  ],
  ['a 304 with a length', 'HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n', [304, null, '', 38]],
] as const)
  test(`answersIn() recognizes ${name}`, () => {
    const [answer = null] = answersIn(Buffer.from(text), 1) ?? []
    const { status, tag, body, bytes } = answer ?? { body: '' }
    assert.deepEqual(answer === null ? null : [status, tag, String(body), bytes], found)
  })

for (const [text, message] of [
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'answers 200 without a Content-Length'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab', 'sends more than its answer'],
] as const)
  test(`a server that ${message} is left out`, () =>
    assert.throws(() => answersIn(Buffer.from(text), 1), { name: 'LeftOut', message }))

test('answersIn() returns pipelined answers only when the last one is complete', () => {
  const one = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'
  assert.equal(answersIn(Buffer.from(one + one.slice(0, -1)), 2), null)
  const answers = answersIn(Buffer.from(one + one), 2)!
  assert.deepEqual(
    answers.map(({ body, bytes }) => [String(body), bytes]),
    [
      ['abc', one.length],
      ['abc', one.length],
    ],
  )
  assert.throws(() => answersIn(Buffer.from(`${one + one}x`), 2), { name: 'LeftOut' })
})

test('the browser request has about 620 bytes more of header fields than the bare request, which has only Host', () => {
  const [bare = 0, browser = 0] = ['small', 'browser'].map(
    id => requestOf(works.find(one => one.id === id)!, 8000, null).length,
  )
  assert.equal(
    requestOf(small, 8000, '"x"'),
    'GET /small.html HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n',
  )
  assert.ok(Math.abs(browser - bare - 620) < 100, `${browser - bare}`)
  const notmod = requestOf(works.find(one => one.id === 'notmod')!, 8000, '"x"')
  assert.match(notmod, /\r\nIf-None-Match: "x"\r\n\r\n$/)
})

test('leastAnswer() returns a correct answer for each workload', () => {
  const site = makeSite()
  try {
    for (const work of works) {
      const [answer] = answersIn(leastAnswer(work, site), 1)!
      assert.equal(answer!.status, work.status)
      if (work.status === 200) assert.deepEqual(answer!.body, site.content(work.file))
    }
  } finally {
    site.remove()
  }
})

test('all users can read the site, its files have old modification times, and it is removed completely', () => {
  const site = makeSite()
  const { mode } = statSync(site.folder)
  assert.equal(mode & 0o777, 0o755)
  assert.equal(site.content('small.html').length, 613)
  assert.ok(statSync(`${site.root}/small.html`).mtime < new Date('2021-01-01'))
  site.remove()
  assert.ok(!existsSync(site.folder))
})

const place = {
  port: 8123,
  root: '/a folder/site',
  folder: '/a folder',
  config: '/a folder/conf',
  answer: '',
  once: false,
  pipelined: 1,
  fileBytes: 613,
  connectionsMax: 6024,
  log: null,
}

test('a process removes its site even if it calls process.exit()', () => {
  const module = new URL('../../lib/bench/race/site.ts', import.meta.url).href
  const program = `const { makeSite } = await import('${module}')
    process.stdout.write(makeSite().folder)
    process.exit(130)`
  const args = ['--import', 'tsx', '--input-type=module', '-e', program]
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  assert.equal(status, 130)
  assert.match(stdout, /epollet-race-/)
  assert.ok(!existsSync(stdout))
})

for (const { id, config, command } of peers.filter(one => one.config !== undefined))
  test(`the configuration of ${id} contains the port, the site and a loopback address`, () => {
    const text = config!(place)
    assert.match(text, /8123/)
    assert.match(text, /["]\/a folder\/site"/)
    assert.match(text, /127\.0\.0\.1/)
    assert.ok(command(place).includes(place.config))
  })

for (const { id, config, command, logging } of [epollet, ...peers])
  test(`${id} ${logging === undefined ? 'never gets the path of an access log' : 'gets the path of an access log only if the race needs one'}`, () => {
    const told = (log: string | null): string =>
      [...command({ ...place, log }), config?.({ ...place, log })].join(' ')
    const path = '/a folder/its.log'
    assert.deepEqual(
      [told(null).includes(path), told(path).includes(path)],
      [false, logging !== undefined],
    )
  })

for (const [ids, again] of [
  [['serve/small'], 'serve --only small --peers nginx,bun'],
  [['serve/notmod', 'serve/small'], 'serve --only small,notmod --peers nginx,bun'],
  [raceNames.map(name => `serve/${name}`), 'serve --peers nginx,bun'],
] as const)
  test(`the command that repeats a race of ${ids} is ${again}`, () => {
    const costs = { epollet: 2, nginx: 1, bun: 1 }
    const comparisons = ids.map(id => madeUpComparison({ id, costs }))
    const result = madeUpResult(comparisons, { mode: 'serve' })
    assert.equal(raceAgain(result), again)
    assert.match(reportOf(result, 'en'), new RegExp(`main.js bench ${again} --seed 7<`))
  })

test('the command that repeats a full race lists its servers and contains --full', () => {
  const one = madeUpComparison({ id: 'serve/small', costs: { epollet: 2, nginx: 1 } })
  const { processes } = fullRaceSizes
  const longer = { ...one, processes: Array.from({ length: processes }, () => one.processes[0]!) }
  assert.equal(raceAgain(madeUpResult([longer])), 'serve --only small --peers nginx --full')
})

test('the Chinese report translates all texts of a race', () => {
  const { term } = wordsOf('zh')
  const titles = [...works, floor, nodeHttp].map(({ title }) => title)
  const said = ['request', 'another process', 'answers a second']
  for (const text of [...titles, ...said]) assert.notEqual(term(text), text)
  for (const { settings } of [epollet, nodeHttp, ...peers])
    assert.doesNotMatch(term(settings), /[a-z] [a-z]+ [a-z]/)
})

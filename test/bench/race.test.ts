// Whole races between servers.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { type Item, reportOf, resultSchema, seeded, tableOf } from '../../lib/bench/index.ts'
import { type Contestant, epollet, nodeHttp, peers } from '../../lib/bench/race/contestants.ts'
import { enter } from '../../lib/bench/race/entrant.ts'
import { openIdle } from '../../lib/bench/race/idle.ts'
import { raceItems } from '../../lib/bench/race/items.ts'
import { LeftOut } from '../../lib/bench/race/left-out.ts'
import { isRacing, lineupOf, runOrLeaveOut } from '../../lib/bench/race/lineup.ts'
import { isInstalled } from '../../lib/bench/race/placement.ts'
import { inVenue, type Venue } from '../../lib/bench/race/venue.ts'
import { small, works } from '../../lib/bench/race/works.ts'
import { complaintAbout } from '../../lib/bench/result/conforms.ts'
import { madeUpResult } from './made-up.ts'
import { untranslated } from './study.ts'

const { signal } = new AbortController()
const times = { blockMs: 1, warmUpMs: 1, othersWarmUpMs: 1 }
const sizes = { processes: 5, rounds: 2, blockMs: 2 }
const floor = peers.find(({ id }) => id === 'floor')!

/** A contestant that runs a short program with the port as its argument. */
function madeUp(id: string, program: string): Contestant {
  return {
    id,
    title: id,
    program: null,
    version: [],
    command: ({ port }) => [process.execPath, '-e', program, String(port)],
    settings: 'made up',
  }
}

async function measured(item: Item, processes = sizes.processes) {
  const context = { present: new Set<string>(), random: seeded(1), signal, onStep: () => {} }
  return item.measure({ ...context, sizes: { ...sizes, processes } })
}

function options(others: readonly Contestant[]) {
  return { peers: others, warmUpMs: 1, othersWarmUpMs: 1, latencyCountMin: 50 }
}

for (const contestant of [epollet, ...peers]) {
  const { id, program } = contestant
  const skip = program !== null && !isInstalled(program) && `${program} is not installed`
  test(`${id} answers the requests of every workload correctly`, { skip }, () =>
    inVenue(signal, async venue => {
      for (const work of works.filter(({ logged }) => contestant.logging !== undefined || !logged))
        assert.equal(await entered(contestant, work.id, venue), 'right')
    }),
  )
}

async function entered(contestant: Contestant, work: string, venue: Venue): Promise<string> {
  const asked = works.find(({ id }) => id === work)!
  try {
    const entrant = await enter(contestant, contestant.id, asked, venue, times)
    try {
      await entrant.end()
    } finally {
      await entrant.stop()
    }
    return 'right'
  } catch (error) {
    const { name, message } = error as Error
    assert.equal(name, 'LeftOut')
    // Bun sends no ETags for files.
    return contestant.id === 'bun' && work === 'notmod' ? 'right' : message
  }
}

const wrong = madeUp(
  'wrong',
  "require('http').createServer((q, s) => s.writeHead(200, { 'Content-Length': 3 }).end('abc')).listen(+process.argv[1], '127.0.0.1')",
)
const broken = madeUp('broken', "console.error('one\\nno such thing'); process.exit(3)")
const mortal = madeUp(
  'mortal',
  `let left = 20
   const body = Buffer.alloc(613, 'A server that is asked for the same bytes again and again.\\n')
   require('http').createServer((q, s) => left-- > 0 ? s.writeHead(200, { 'Content-Length': 613 }).end(body) : process.exit())
     .listen(+process.argv[1], '127.0.0.1')`,
)
const missing = { ...madeUp('missing', ''), program: 'no-such-server' }

test('a race compares the servers that do not fail, and reports why the others were left out', async () => {
  const [item] = raceItems(['small'], options([floor, wrong, broken, mortal, missing]))
  const findings = await measured(item!)
  const [comparison] = findings.comparisons
  assert.deepEqual(
    comparison!.contenders.map(({ id }) => id),
    ['epollet', 'floor'],
  )
  const reasons = Object.fromEntries(comparison!.skipped.map(({ id, reason }) => [id, reason]))
  const { mortal: death, ...others } = reasons
  assert.deepEqual(others, {
    missing: 'is not installed',
    wrong: "answered with 3 bytes that are not the file's",
    broken: 'ended with status 3: no such thing',
  })
  assert.match(death!, /^failed under load: (ECONNRESET|EPIPE|ECONNREFUSED)$/)
  for (const { rounds } of comparison!.processes) {
    for (const { samples } of rounds) {
      const names = samples.map(({ contender }) => contender).sort()
      assert.deepEqual(names, ['epollet', 'epollet#control', 'floor'])
      assert.ok(samples.every(({ cpuNs, events }) => cpuNs > 0 && events >= 64))
    }
  }
  const result = madeUpResult([comparison!], { mode: 'serve', figures: [...findings.figures] })
  assert.equal(complaintAbout(result, resultSchema), null)
  const text = tableOf(result)
  assert.match(text, /^serve\/small: a file of 613 bytes$/m)
  assert.match(text, /^ {2}missing: left out, it is not installed$/m)
  assert.match(
    text,
    /^ {2}epollet serve: .*node dist\/cli\/main\.js serve PORT --root SITE --idle-timeout 600 --quiet$/m,
  )
  assert.match(reportOf(result, 'zh'), /没有测 missing：没有安装。/)
  assert.match(text, /^ {2}the congestion control of TCP is \w+$/m)
  assert.match(reportOf(result, 'zh'), /TCP 的拥塞控制是 \w+/)
})

test('a server that does not log every answer is left out', async () => {
  const forgetful = madeUp(
    'forgetful',
    `const { appendFileSync } = require('fs')
     const [port, log] = process.argv.slice(1)
     const body = Buffer.alloc(613, 'A server that is asked for the same bytes again and again.\\n')
     let count = 0
     require('http').createServer((q, s) => {
       if (count++ % 2) appendFileSync(log, 'a line\\n')
       s.writeHead(200, { 'Content-Length': 613 }).end(body)
     }).listen(+port, '127.0.0.1')`,
  )
  const command: Contestant['command'] = place => [...forgetful.command(place), place.log ?? '']
  const work = works.find(({ logged }) => logged)!
  await inVenue(signal, async venue => {
    const { end, stop } = await enter({ ...forgetful, command }, 'forgetful', work, venue, times)
    await assert.rejects(end(), { name: 'LeftOut', message: /^has logged \d+ of \d+ answers$/ })
    await stop()
  })
  const reason = 'keeps no access log'
  assert.deepEqual(lineupOf(epollet, [floor], true).skipped, [{ id: 'floor', reason }])
})

test('a server that closes idle connections is left out', async () => {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket)
    socket.on('data', () => socket.write('right'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await inVenue(signal, async venue => {
    const task = { port, request: 'please', answerBytes: 5, count: 3 }
    const idle = await openIdle(task, venue)
    await idle.ask({ check: true })
    sockets[1]!.destroy()
    await once(sockets[1]!, 'close')
    const message = 'closed 1 of 3 idle connections'
    await assert.rejects(idle.ask({ check: true }), { name: 'LeftOut', message })
    await idle.stop()
    await assert.rejects(openIdle({ ...task, port: 1 }, venue), {
      name: 'LeftOut',
      message: /^failed with idle connections: .*ECONNREFUSED/,
    })
  })
  server.close()
})

test('if our own server fails, the race ends and reports the reason', async () => {
  const lineup = lineupOf(epollet, [floor, missing])
  const fail = (): Promise<never> => Promise.reject(new LeftOut('ended with status 1: no'))
  assert.equal(await runOrLeaveOut(lineup, floor, fail), null)
  assert.deepEqual(
    [lineup.others, isRacing(lineup, floor), isRacing(lineup, epollet)],
    [[], false, true],
  )
  assert.deepEqual(
    lineup.skipped.map(({ id }) => id),
    ['missing', 'floor'],
  )
  await assert.rejects(runOrLeaveOut(lineup, epollet, fail), {
    name: 'Error',
    message: 'epollet serve ended with status 1: no',
  })
})

test('a server whose program is missing is left out', async () => {
  const own = { ...epollet, command: () => ['/no/such/server'] }
  await inVenue(signal, venue =>
    assert.rejects(enter(own, own.id, small, venue, times), {
      name: 'LeftOut',
      message: /^(could not be started: .*ENOENT|ended with status 127.*)/,
    }),
  )
})

test('the item "servers" reports memory and the time until the first answer', async () => {
  const [item] = raceItems(['servers'], options([wrong]))
  const { figures } = await measured(item!, 2)
  const [{ columns, rows, notes } = { columns: [], rows: [], notes: [] }] = figures
  assert.deepEqual(untranslated({ ...figures[0]!, rows: [], notes: notes.slice(0, 2) }), [])
  assert.deepEqual(columns, ['memory when idle, MiB', 'until the first answer, ms'])
  for (const { figures: told } of rows)
    for (const one of told) assert.ok(one!.samples.length === 2 && one!.value > 0)
})

test('the item "latency" reports latency and CPU time at each rate, for node:http as well', async () => {
  const [, item] = raceItems(['servers', 'latency'], options([]))
  const { figures } = await measured(item!, 1)
  assert.deepEqual(
    figures.flatMap(one => untranslated({ ...one, unit: 'bytes', columns: [], rows: [] })),
    [],
  )
  assert.deepEqual(
    figures.map(({ id }) => id),
    [...[10, 30, 50, 70, 90].map(percent => `serve/latency/${percent}`), 'serve/rates'],
  )
  for (const { id, rows, notes } of figures) {
    assert.deepEqual(
      rows.map(({ title }) => title),
      [epollet.title, nodeHttp.title],
    )
    if (id === 'serve/rates') continue
    for (const { title, figures: told } of rows) {
      const values = told.flatMap(one => one?.value ?? [])
      const isSaid = notes.some(note =>
        note.startsWith(`${title} did not hold this rate 1 of 1 times`),
      )
      assert.equal(values.length, isSaid ? 0 : told.length)
      assert.ok(values.every((value, i) => value > 0 && value >= (values[i - 1] ?? 0)))
    }
  }
})

test('aborting a race ends its servers and removes its folder', async () => {
  const ending = new AbortController()
  let folder = ''
  let pid = 0
  await assert.rejects(
    inVenue(ending.signal, async venue => {
      folder = venue.site.folder
      const { server, task, stop } = await enter(floor, 'floor', small, venue, times)
      pid = server.pid
      try {
        const running = venue.load.ask({ ...task, count: 1e6 })
        ending.abort()
        await running
      } finally {
        await stop()
      }
    }),
    { name: 'AbortError' },
  )
  assert.ok(!existsSync(folder) && !existsSync(`/proc/${pid}`))
})

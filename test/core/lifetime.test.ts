// Threads, processes and objects leave nothing open when they end, even with two copies of the package.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { EPOLLIN, Epoll } from '../../lib/index.ts'
import { addonState, native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { worker } from '../support/worker.ts'
import { child } from './child.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
// A worker waits in slices of 250 ms and should end within a second; the extra time is for busy machines.
const settleMs = 3000

/** Waits that would never end. */
const waits = {
  'Epoll.poll()': 'new epollet.Epoll().poll()',
  'Epoll.wait()': 'new epollet.Epoll().wait(new epollet.EventBuffer(1))',
  'Epoll.poll() with a long timeout': 'new epollet.Epoll().poll(1e6 + 0.5)',
  'Poll.poll()': 'new epollet.Poll().poll()',
  'select()': 'epollet.select([], [], [])',
}

for (const [name, wait] of Object.entries(waits)) {
  test(`worker.terminate() settles while the worker is in ${name}`, async () => {
    const before = openDescriptors()
    const thread = worker(`parentPort.postMessage('asleep'); ${wait}`)
    await once(thread, 'message')
    await setTimeout(20)
    const start = performance.now()
    await thread.terminate()
    const tookMs = performance.now() - start
    assert.ok(tookMs < settleMs, `${tookMs} ms`)
    assert.deepEqual(openDescriptors().length, before.length)
  })

  test(`process.exit() ends the process while a worker is in ${name}`, async () => {
    const source = `
      const { parentPort } = require('node:worker_threads')
      import('epollet').then(epollet => { parentPort.postMessage(0); ${wait} })`
    const { status, stdout } = await child(`
      import { Worker } from 'node:worker_threads'
      const worker = new Worker(${JSON.stringify(source)}, { eval: true, execArgv: [] })
      worker.on('message', () => setTimeout(() => {
        process.on('exit', () => console.log(Date.now()))
        process.exit(7)
      }, 20))`)
    const tookMs = Date.now() - Number(stdout)
    assert.equal(status, 7)
    assert.ok(tookMs < settleMs, `${tookMs} ms`)
  })
}

const openMany = `
  const kept = [
    new epollet.Epoll(), new epollet.EventFd(), new epollet.TimerFd(), new epollet.Pipe(),
    new epollet.Socket(), epollet.Socket.pair(), epollet.File.open('/'),
  ]
  kept[0].register(kept[1])
  kept[0].watch(() => {})
  const second = new epollet.Epoll()
  second.watch(async () => {})`

test('200 workers, some of them terminated, leave no descriptor open', async () => {
  const before = openDescriptors()
  const endings: Record<string, string> = {
    terminated: `parentPort.postMessage(0); kept[0].poll()`,
    'terminated at rest': 'return new Promise(() => parentPort.postMessage(0))',
    exits: 'process.exit()',
    fails: "setImmediate(() => { throw new Error('on purpose') }); return 0",
  }
  const one = async (i: number): Promise<void> => {
    const code = Object.values(endings)[i % 4]!
    const thread = worker(`${openMany}\n${code}`)
    thread.on('error', error => assert.match(error.message, /on purpose/))
    const ended = new Promise(resolve => thread.once('exit', resolve))
    if (i % 4 < 2) thread.once('message', () => void thread.terminate())
    await ended
  }
  for (let i = 0; i < 200; i += 8)
    await Promise.all(Array.from({ length: 8 }, (_, j) => one(i + j)))
  assert.deepEqual(openDescriptors().length, before.length)
})

test('when a worker ends, its descriptors are closed, but detached ones stay open', async () => {
  using epoll = new Epoll()
  const thread = worker(`
    const given = new epollet.EventFd(5)
    const kept = new epollet.EventFd(6)
    return [given.detach(), kept.fileno()]`)
  const ended = once(thread, 'exit')
  const [[given, kept]] = await once(thread, 'message')
  await ended
  epoll.register(given, EPOLLIN)
  assert.deepEqual(epoll.poll(0), [[given, EPOLLIN]])
  assert.throws(() => epoll.register(kept, EPOLLIN), { code: 'EBADF' })
  native.close(given)
})

test('fromfd() in a worker owns a descriptor that the main thread detached', async () => {
  const before = openDescriptors()
  const epoll = new Epoll()
  const thread = worker('epollet.Epoll.fromfd(workerData)', epoll.detach())
  await once(thread, 'exit')
  assert.deepEqual(openDescriptors(), before)
})

test('two copies of the package work in one process, in the main thread and in a worker', async () => {
  const copy = mkdtempSync(`${tmpdir()}/epollet-copy-`)
  for (const part of ['dist', 'package.json'])
    cpSync(`${root}${part}`, `${copy}/${part}`, { recursive: true })
  assert('path' in addonState)
  cpSync(addonState.path, `${copy}/build/Release/epollet.node`)
  const second = pathToFileURL(`${copy}/dist/index.js`).href
  const use = `
    const copies = [await import('epollet'), await import(${JSON.stringify(second)})]
    const { addonState } = await import(${JSON.stringify(pathToFileURL(`${copy}/dist/sys/index.js`).href)})
    const [mine, theirs] = copies
    const results = [mine.Epoll !== theirs.Epoll, addonState.path.startsWith(${JSON.stringify(copy)})]
    const events = copies.map(({ EventFd }) => new EventFd(1))
    for (const { Epoll, EPOLLIN } of copies) {
      const epoll = new Epoll()
      for (const event of events) epoll.register(event, EPOLLIN)
      results.push(epoll.poll(0).length)
      results.push(await new Promise(resolve => epoll.watch((_, count) => {
        epoll.close()
        resolve(count)
      })))
    }
    for (const event of events) event.close()`
  const thread = `
    const { parentPort } = require('node:worker_threads')
    void (async () => { ${use}; parentPort.postMessage(results) })()`
  const { status, stdout, stderr } = await child(
    `
    import { Worker } from 'node:worker_threads'
    ${use}
    console.log(JSON.stringify(results))
    const worker = new Worker(${JSON.stringify(thread)}, { eval: true, execArgv: [] })
    worker.on('message', found => console.log(JSON.stringify(found)))`,
    [],
    { EPOLLET_ADDON: '' }, // makes each copy load its own addon
  )
  rmSync(copy, { recursive: true })
  const line = JSON.stringify([true, true, 2, 2, 2, 2])
  assert.deepEqual([status, stdout, stderr], [0, `${line}\n${line}\n`, ''])
})

test('garbage collection closes objects that are still open, and warns once', async () => {
  const { status, stdout, stderr } = await child(
    `
    import { readdirSync, readlinkSync } from 'node:fs'
    import { setImmediate } from 'node:timers/promises'
    import { Epoll, EventFd } from 'epollet'
    const isEvent = fd => {
      try {
        return readlinkSync('/proc/self/fd/' + fd).startsWith('anon_inode:[event')
      } catch {
        return false
      }
    }
    const count = () => readdirSync('/proc/self/fd').filter(isEvent).length
    const before = count()
    const drop = () => { for (let i = 0; i < 50; i++) new Epoll() }
    drop()
    console.log(count() - before)
    while (count() > before) {
      gc()
      await setImmediate()
    }
    const dropAnother = () => void new EventFd()
    dropAnother()
    while (count() > before) {
      gc()
      await setImmediate()
    }
    console.log(count() - before)`,
    ['--expose-gc'],
  )
  assert.deepEqual([status, stdout], [0, '50\n0\n'])
  const warnings = stderr.match(/EpolletWarning/g) ?? []
  assert.equal(warnings.length, 1, stderr)
  assert.match(stderr, /an open Epoll \(fd \d+\) was garbage-collected.+call close\(\)/)
})

test('garbage collection closes no descriptor that was closed, detached or borrowed', async () => {
  const { status, stdout, stderr } = await child(
    `
    import { setImmediate } from 'node:timers/promises'
    import { Epoll } from 'epollet'
    const owner = new Epoll()
    const numbers = []
    const drop = () => {
      new Epoll().close()
      numbers.push(new Epoll().detach())
      Epoll.fromfd(owner.fileno(), { owns: false })
    }
    drop()
    for (let i = 0; i < 20; i++) {
      gc()
      await setImmediate()
    }
    console.log(owner.interest().length, Epoll.fromfd(numbers[0]).interest().length)
    owner.close()`,
    ['--expose-gc'],
  )
  assert.deepEqual([status, stdout, stderr], [0, '0 0\n', ''])
})

test('a watched epoll is not garbage-collected', async () => {
  const { status, stdout, stderr } = await child(
    `
    import { setImmediate } from 'node:timers/promises'
    import { EPOLLET, EPOLLIN, Epoll, EventFd } from 'epollet'
    const event = new EventFd()
    const begin = () => {
      const epoll = new Epoll()
      epoll.register(event, EPOLLIN | EPOLLET)
      epoll.watch(() => {
        console.log('called')
        epoll.close()
      })
    }
    begin()
    for (let i = 0; i < 20; i++) {
      gc()
      await setImmediate()
    }
    event.write(1)`,
    ['--expose-gc'],
  )
  assert.deepEqual([status, stdout, stderr], [0, 'called\n', ''])
})

test('a buffer is not garbage-collected while its epoll uses it, and waits do not corrupt the heap', async () => {
  const { status, stdout } = await child(
    `
    import { EPOLLIN, Epoll, EventBuffer, EventFd } from 'epollet'
    const epoll = new Epoll()
    const events = Array.from({ length: 64 }, (_, i) => new EventFd(1))
    events.forEach((event, i) => epoll.register(event, EPOLLIN, i))
    let sum = 0
    for (let i = 0; i < 40; i++) {
      const buffer = new EventBuffer(64)
      const count = epoll.wait(buffer, 0)
      gc()
      for (let j = 0; j < count; j++) sum += buffer.data(j)
    }
    console.log(sum)
    epoll.close()
    for (const event of events) event.close()`,
    ['--expose-gc'],
  )
  assert.deepEqual([status, stdout], [0, `${40 * ((63 * 64) / 2)}\n`])
})

test('a thread ends cleanly with closed and with open watchers', async () => {
  for (const end of ['', 'process.exit()', 'setTimeout(() => process.exit(), 5)']) {
    const thread = new Worker(
      `import(${JSON.stringify(pathToFileURL(`${root}dist/index.js`).href)}).then(epollet => {
        ${openMany}
        for (let i = 0; i < 10; i++) {
          const epoll = new epollet.Epoll()
          const watcher = epoll.watch(() => {})
          if (i % 2) watcher.close()
          else watcher.unref()
        }
        kept[0].close()
        second.close()
        ${end}
      })`,
      { eval: true, execArgv: [] },
    )
    const [status] = await once(thread, 'exit')
    assert.equal(status, 0)
  }
})

test('a process ends cleanly with open epolls and watchers', async () => {
  for (const end of ['process.exit(3)', 'process.exitCode = 3; watcher.unref(); other.unref()']) {
    const { status, signal, stderr } = await child(`
      import * as epollet from 'epollet'
      const epoll = new epollet.Epoll()
      const watcher = epoll.watch(() => {})
      const other = new epollet.Epoll().watch(() => {})
      ${end}`)
    assert.deepEqual([status, signal, stderr], [3, null, ''])
  }
})

test('without the addon the package can be imported, and the error of the first use says how to fix it', async () => {
  const { status, stdout } = await child(
    `
    import { Epoll, maskNames, EventBuffer } from 'epollet'
    import { native } from ${JSON.stringify(pathToFileURL(`${root}dist/sys/index.js`).href)}
    console.log(maskNames(1), new EventBuffer(1).capacity)
    for (const use of [() => new Epoll(), () => new native.Watcher()]) {
      try {
        use()
      } catch (error) {
        console.log(error.code, error.message)
      }
    }`,
    [],
    { EPOLLET_ADDON: '/no/such/addon.node' },
  )
  assert.equal(status, 0)
  const [first, ...refusals] = stdout.trim().split('\n')
  assert.equal(first, 'EPOLLIN 1')
  assert.equal(refusals.length, 2)
  for (const line of refusals) {
    assert.match(line, /^ERR_EPOLLET_UNAVAILABLE /)
    assert.match(
      line,
      /: EPOLLET_ADDON names \/no\/such\/addon\.node, which does not exist\. Correct it/,
    )
  }
})

test('a child process inherits no descriptor of the package', async () => {
  const { stdout } = await child(`
    import { spawnSync } from 'node:child_process'
    import { readdirSync, readlinkSync } from 'node:fs'
    import * as epollet from 'epollet'
    const list = "for (const fd of fs.readdirSync('/proc/self/fd')) try { console.log(fs.readlinkSync('/proc/self/fd/' + fd)) } catch {}"
    const bare = spawnSync(process.execPath, ['-e', list]).stdout.toString().split('\\n').length
    ${openMany.replaceAll('kept[0].watch(() => {})', '').replaceAll('second.watch(async () => {})', '')}
    const full = spawnSync(process.execPath, ['-e', list]).stdout.toString().split('\\n').length
    console.log(full - bare)`)
  assert.equal(stdout, '0\n')
})

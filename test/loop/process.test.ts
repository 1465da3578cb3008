// When a process or worker with an EventLoop ends, and what an exception does.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Pipe } from '../../lib/index.ts'
import { inWorker, worker } from '../support/worker.ts'
import { child } from './child.ts'

const loops = new URL('../../dist/loop/index.js', import.meta.url).href

const alive = `
  const loop = new EventLoop()
  const pipe = new Pipe()
  process.on('exit', () => console.log('exit'))
`

const lives: [behaviour: string, code: string, lines: string[]][] = [
  ['a loop without registrations lets the process end', '', ['exit']],
  [
    'a registration keeps the process alive until it is removed',
    `const registration = loop.add(pipe.reader, EPOLLIN, () => {})
     setTimeout(() => { console.log('alive'); registration.remove() }, 50).unref()`,
    ['alive', 'exit'],
  ],
  [
    'a registration keeps the process alive until the loop is closed',
    `loop.add(pipe.reader, EPOLLIN, () => {})
     setTimeout(() => { console.log('alive'); loop.close() }, 50).unref()`,
    ['alive', 'exit'],
  ],
  [
    'a second registration keeps the process alive after the first is removed',
    `const first = loop.add(pipe.reader, EPOLLIN, () => {})
     const second = loop.add(pipe.writer, EPOLLIN, () => {})
     first.remove()
     setTimeout(() => { console.log('alive'); second.remove() }, 50).unref()`,
    ['alive', 'exit'],
  ],
  [
    'a registration that follows one that was removed keeps the process alive',
    `loop.add(pipe.reader, EPOLLIN, () => {}).remove()
     const second = loop.add(pipe.reader, EPOLLIN, () => {})
     setTimeout(() => { console.log('alive'); second.remove() }, 50).unref()`,
    ['alive', 'exit'],
  ],
  [
    'unref() lets the process end though something is registered and a timer runs',
    `loop.add(pipe.reader, EPOLLIN, () => {})
     loop.after(60_000, () => {})
     loop.unref()`,
    ['exit'],
  ],
  [
    'unref() holds for what is registered later',
    `loop.unref()
     loop.add(pipe.reader, EPOLLIN, () => {})
     loop.after(60_000, () => {})`,
    ['exit'],
  ],
  [
    'ref() takes unref() back',
    `const registration = loop.unref().add(pipe.reader, EPOLLIN, () => {})
     loop.ref()
     setTimeout(() => { console.log('alive'); registration.remove() }, 50).unref()`,
    ['alive', 'exit'],
  ],
  [
    'a timer keeps the process alive until it has been called',
    `loop.after(20, () => console.log('timer'))`,
    ['timer', 'exit'],
  ],
  ['a cancelled timer keeps nothing alive', 'loop.after(60_000, () => {}).cancel()', ['exit']],
  [
    'a deferred call is made before the process ends',
    `loop.defer(() => console.log('deferred'))`,
    ['deferred', 'exit'],
  ],
  [
    'unref() lets the process end though calls are deferred for ever',
    `function again() { loop.defer(again) }
     again()
     loop.unref()`,
    ['exit'],
  ],
  [
    'unref() holds for what is deferred later',
    `function again() { loop.defer(again) }
     loop.unref()
     again()`,
    ['exit'],
  ],
  [
    'ref() holds for what was deferred before',
    `loop.unref().defer(() => console.log('deferred'))
     loop.ref()`,
    ['deferred', 'exit'],
  ],
  [
    "what an unref'd loop defers does not wait until something else wakes Node",
    `loop.unref()
     const other = setTimeout(() => console.log('late'), 10_000)
     setTimeout(() => loop.defer(() => { console.log('deferred'); clearTimeout(other) }), 10)`,
    ['deferred', 'exit'],
  ],
  [
    'what was deferred before unref() does not wait until something else wakes Node',
    `const other = setTimeout(() => console.log('late'), 10_000)
     setTimeout(() => {
       loop.defer(() => { console.log('deferred'); clearTimeout(other) })
       loop.unref()
     }, 10)`,
    ['deferred', 'exit'],
  ],
  [
    'ref() of a closed loop keeps nothing alive',
    `loop.add(pipe.reader, EPOLLIN, () => {})
     loop.after(60_000, () => {})
     loop.close()
     loop.ref()`,
    ['exit'],
  ],
  [
    "an unref'd loop still delivers while something else keeps the process alive",
    `loop.unref().add(pipe.reader, EPOLLIN | EPOLLET, () => { console.log('event'); clearTimeout(other) })
     const other = setTimeout(() => {}, 10_000)
     pipe.writer.write('x')`,
    ['event', 'exit'],
  ],
]

for (const [behaviour, code, lines] of lives) {
  test(behaviour, async () => {
    assert.deepEqual(await child(alive + code), { lines, stderr: '', status: 0 })
  })
}

const catching = `
  process.on('uncaughtException', error => console.log('uncaught', error.message))
  const loop = new EventLoop()
`

test('if a handler throws, the other handlers of an edge-triggered batch still run', async () => {
  const { lines, stderr } = await child(`${catching}
    const events = [0, 1, 2, 3, 4].map(() => new EventFd(1))
    let left = events.length
    events.forEach((event, i) => loop.add(event, EPOLLIN | EPOLLET, () => {
      if (--left === 0) loop.close()
      if (i % 2 === 0) throw new Error('handler ' + i)
      console.log('handler', i)
    }))`)
  assert.equal(stderr, '')
  assert.deepEqual(lines, [
    'uncaught handler 0',
    'handler 1',
    'uncaught handler 2',
    'handler 3',
    'uncaught handler 4',
  ])
})

test('if a deferred call throws, later ones still run', async () => {
  const { lines, stderr } = await child(`${catching}
    loop.defer(() => { throw new Error('first') })
    loop.defer(() => console.log('second'))
    loop.defer(() => { throw new Error('third') })
    loop.defer(() => console.log('fourth'))`)
  assert.equal(stderr, '')
  assert.deepEqual(lines, ['uncaught first', 'second', 'uncaught third', 'fourth'])
})

test('an exception in a handler does not stop its batch, deferred calls or timers', async () => {
  const { lines, stderr, status } = await child(`${catching}
    const [first, second, third] = [0, 1, 2].map(() => new EventFd(1))
    function add(event, call) { loop.add(event, EPOLLIN | EPOLLET, call) }
    let left = 2
    function over() { if (--left === 0) { console.log('end'); loop.close() } }
    loop.after(1, () => { console.log('timer'); over() })
    add(first, () => {
      loop.defer(() => console.log('deferred by the first'))
      loop.defer(() => { throw new Error('deferred') })
      throw new Error('first')
    })
    add(second, () => {
      loop.defer(() => { console.log('deferred by the second'); over() })
      console.log('second')
    })
    add(third, () => { throw new Error('third') })
    const start = performance.now()
    while (performance.now() - start < 5);`)
  assert.deepEqual({ stderr, status }, { stderr: '', status: 0 })
  // Node decides when the timer runs relative to these.
  const ordered = lines.filter(line => line !== 'timer')
  assert.equal(lines.length, ordered.length + 1)
  assert.deepEqual(ordered, [
    'uncaught first',
    'second',
    'uncaught third',
    'deferred by the first',
    'uncaught deferred',
    'deferred by the second',
    'end',
  ])
})

const closings: [behaviour: string, code: string, lines: string[]][] = [
  [
    'closing the loop during a batch cancels its deferred calls without an error',
    `loop.defer(() => {})
     for (const event of events) {
       loop.add(event, EPOLLIN | EPOLLET, () => {
         loop.defer(() => console.log('deferred'))
         if (++calls === 2) loop.close()
       })
     }`,
    ['2 true'],
  ],
  [
    'closing the loop after a handler threw ends its batch without an error',
    `process.on('uncaughtException', () => loop.close())
     for (const event of events) {
       loop.add(event, EPOLLIN | EPOLLET, () => {
         loop.defer(() => console.log('deferred'))
         calls++
         throw new Error('thrown')
       })
     }`,
    ['1 true'],
  ],
  [
    'closing the loop in a deferred call cancels the others without an error',
    `loop.defer(() => { calls++; loop.close() })
     loop.defer(() => console.log('deferred'))
     for (const event of events) loop.add(event, EPOLLIN, () => {})`,
    ['1 true'],
  ],
]

for (const [behaviour, code, lines] of closings) {
  test(behaviour, async () => {
    const ended = await child(`
      const loop = new EventLoop()
      const events = [0, 1, 2].map(() => new EventFd(1))
      let calls = 0
      process.on('exit', () => console.log(calls, loop.closed))
      ${code}`)
    assert.deepEqual(ended, { lines, stderr: '', status: 0 })
  })
}

test('the process can end after a deferred call closes the loop and throws', async () => {
  const { lines, status } = await child(`${catching}
    loop.defer(() => { loop.close(); throw new Error('closed') })
    loop.defer(() => console.log('never'))`)
  assert.deepEqual({ lines, status }, { lines: ['uncaught closed'], status: 0 })
})

test('the process can end after a handler closes the loop and throws', async () => {
  const { lines, status } = await child(`${catching}
    const events = [0, 1, 2].map(() => new EventFd(1))
    for (const event of events) {
      loop.add(event, EPOLLIN | EPOLLET, () => { loop.close(); throw new Error('closed') })
    }
    process.on('exit', () => console.log(events.length, loop.dropped))`)
  assert.deepEqual({ lines, status }, { lines: ['uncaught closed', '3 0'], status: 0 })
})

test('an uncaught exception in a handler ends the process, as in any other callback', async () => {
  const { stderr, status } = await child(`
    const loop = new EventLoop()
    loop.add(new EventFd(1), EPOLLIN, () => { throw new Error('nobody catches this') })`)
  assert.equal(status, 1)
  assert.match(stderr, /nobody catches this/)
})

const echo = `
  const { EventLoop } = await import(workerData.loops)
  const loop = new EventLoop()
  const reader = workerData.fd
  return await new Promise(resolve => {
    const registration = loop.add(reader, epollet.EPOLLIN | epollet.EPOLLET, events => {
      registration.remove()
      loop.close()
      resolve(events)
    })
    parentPort.postMessage('ready')
  })`

test('loops run in worker threads', async () => {
  const pipes = Array.from({ length: 4 }, () => new Pipe())
  const answers = pipes.map(async pipe => {
    const thread = worker(echo, { loops, fd: pipe.reader.fileno() })
    const ended = once(thread, 'exit')
    assert.deepEqual(await once(thread, 'message'), ['ready'])
    pipe.writer.write('x')
    const [events] = await once(thread, 'message')
    await ended
    return events
  })
  assert.deepEqual(await Promise.all(answers), [1, 1, 1, 1])
  for (const pipe of pipes) pipe.close()
})

test('a worker ends once its loop has no registrations left', async () => {
  const code = `
    const { EventLoop } = await import(workerData)
    const loop = new EventLoop()
    const event = new epollet.EventFd(1)
    const registration = loop.add(event, epollet.EPOLLIN, () => {
      registration.remove()
      event.close()
    })
    return 'started'`
  assert.equal(await inWorker(code, loops), 'started')
})

test('terminate() ends a worker whose loop is busy, and leaves nothing open', async () => {
  const thread = worker(
    `const { EventLoop } = await import(workerData)
     const loop = new EventLoop()
     loop.add(new epollet.EventFd(1), epollet.EPOLLIN, () => {})
     loop.add(new epollet.EventFd(0), epollet.EPOLLIN, () => {})
     return 'busy'`,
    loops,
  )
  assert.deepEqual(await once(thread, 'message'), ['busy'])
  await thread.terminate()
})

test('if the loop’s number was closed elsewhere, it throws one SystemError and is closed', async () => {
  for (const wait of ['', 'thread']) {
    const { lines, status } = await child(`
      process.env.EPOLLET_WATCH = '${wait}'
      const loop = new EventLoop()
      const event = new EventFd()
      loop.add(event, EPOLLIN, () => console.log('called'))
      process.on('uncaughtException', error => console.log(error.name, error.code, loop.closed))
      native.close(loop.fileno())
      setTimeout(() => event.write(1), 5)
      setTimeout(() => {}, 300)`)
    assert.deepEqual([lines, status], [['SystemError EBADF true'], 0])
  }
})
